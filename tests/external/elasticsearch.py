"""Owns Elasticsearch: the reduced distribution of Maven Central, with the two analysis filters it leaves out.

The filters are those that a full distribution has under the same names, so that the mapping of production runs
unchanged; they are compiled against Lucene as it lies in the server's own folder.
"""

import contextlib
import json
import shutil
import subprocess
import urllib.request
from pathlib import Path

from tests.external import obtaining
from tests.external.obtaining import Missing
from tests.external.running import Place, Variables, free_port, unprivileged

VERSION = "9.2.4"
GROUP = "org.elasticsearch.distribution.integ-test-zip"
SOURCES = Path(__file__).parent / "analysis"
FILTERS = {"asciifolding": "acervo.analysis.AsciiFolding", "stemmer": "acervo.analysis.Stemmer"}
DESCRIPTOR = f"""name=acervo-analysis
description=The analysis filters that the reduced distribution leaves out
version=1
elasticsearch.version={VERSION}
java.version={obtaining.LEAST_JAVA}
"""
HEAP = "512m"


def start(place: Place) -> Variables:
    """Start one node on a free port, with a copy of the distribution. Raises Missing, DidNotStart."""
    home, jdk = place.folder / "home", obtaining.java()
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(obtaining.maven_zip(GROUP, "elasticsearch", VERSION), home)
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    _add_filters(home, jdk)
    port, owner = free_port(), unprivileged()
    (home / "config" / "elasticsearch.yml").write_text(_settings(place, port))
    (home / "config" / "jvm.options.d").mkdir(exist_ok=True)
    (home / "config" / "jvm.options.d" / "heap.options").write_text(f"-Xms{HEAP}\n-Xmx{HEAP}\n")
    if owner:
        place.folder.chmod(0o755)
        subprocess.run(["chown", "-R", owner, home], check=True)
    place.start(
        [str(home / "bin" / "elasticsearch")],
        lambda: _is_healthy(port),
        owner=owner,
        ES_JAVA_HOME=str(jdk),
        ES_TMPDIR=str(place.made("tmp", owner=owner)),
        HOME=str(place.folder),
    )
    return {"ACERVO_TEST_ELASTICSEARCH": f"http://127.0.0.1:{port}"}


def _settings(place: Place, port: int) -> str:
    owner = unprivileged()
    return json.dumps(
        {
            "cluster.name": "acervo-tests",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": port,
            "path.data": str(place.made("data", owner=owner)),
            "path.logs": str(place.made("logs", owner=owner)),
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "xpack.security.enabled": False,
        },
        indent=0,
    )


def _add_filters(home: Path, jdk: Path) -> None:
    plugin, classes = home / "plugins" / "acervo-analysis", home / "classes"
    plugin.mkdir(parents=True)
    sources = [str(path) for path in SOURCES.rglob("*.java")]
    release = ["--release", str(obtaining.LEAST_JAVA)]
    compiled = subprocess.run(
        [jdk / "bin" / "javac", "-cp", home / "lib" / "*", *release, "-d", classes, *sources],
        capture_output=True,
        text=True,
        check=False,
    )
    if compiled.returncode:
        raise Missing(f"the analysis filters do not compile: {compiled.stderr.strip()}")
    subprocess.run([jdk / "bin" / "jar", "cf", plugin / "filters.jar", "-C", classes, "."], check=True)
    named = {"org.elasticsearch.plugin.analysis.TokenFilterFactory": FILTERS}
    (plugin / "named_components.json").write_text(json.dumps(named))
    (plugin / "stable-plugin-descriptor.properties").write_text(DESCRIPTOR)


def _is_healthy(port: int) -> bool:
    address = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=1s"
    with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(address, timeout=3) as answer:
        return json.load(answer)["status"] in {"yellow", "green"}
    return False
