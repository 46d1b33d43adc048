"""What files say of themselves: metadata of photographs, tags of containers, sidecars, captions.

Every function here takes paths or JSON and gives JSON, imports no Django, and runs in the sandbox: what it
reads was written by others. The field names are in `fields`, the rule of who wins in `precedence`.
"""
