"""Owns script/services: the real servers that the suite is run against, on loopback, without containers.

One module a kind of server; `running` starts and stops processes, `obtaining` finds programs or builds them. It is
run by any Python 3.11 before the project's packages are installed: the standard library only.
"""
