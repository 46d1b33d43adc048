"""The deployment files, as far as they can be held to something without a container engine."""

import importlib.util
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dam.environment import CHECKOUT, registered
from dam.serve.programs import QUEUES
from tests.deployed import NGINX, SHIPPED, configuration

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "acervo:local"}
ONCE = {name for name, one in SERVICES.items() if one["restart"] == "no"}
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
#: Of the Compose specification: what a service here may say; a word that is not one of these is a mistake.
WORDS = {
    "build",
    "cap_drop",
    "command",
    "cpus",
    "depends_on",
    "entrypoint",
    "environment",
    "healthcheck",
    "image",
    "logging",
    "mem_limit",
    "networks",
    "ports",
    "read_only",
    "restart",
    "secrets",
    "security_opt",
    "shm_size",
    "stop_grace_period",
    "tmpfs",
    "ulimits",
    "user",
    "volumes",
}
services = pytest.mark.parametrize("name", SERVICES)
ours = pytest.mark.parametrize("name", OURS)


def secret_names(service: dict[str, Any]) -> set[str]:
    return {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}


class TestEveryService:
    @services
    def test_says_only_words_of_the_specification(self, name: str):
        assert set(SERVICES[name]) - WORDS == set()

    @services
    def test_runs_as_somebody_who_is_not_root(self, name: str):
        user, _, group = SERVICES[name]["user"].partition(":")
        assert int(user) > 0
        assert int(group) > 0

    @services
    def test_has_a_root_nobody_writes_to_and_a_place_for_what_is_temporary(self, name: str):
        assert SERVICES[name]["read_only"] is True
        assert any(one.startswith("/tmp") for one in SERVICES[name]["tmpfs"])  # noqa: S108
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]

    @services
    def test_has_limits_of_memory_and_processors(self, name: str):
        assert re.fullmatch(r"\d+[mg]", SERVICES[name]["mem_limit"])
        assert SERVICES[name]["cpus"] > 0

    @services
    def test_is_asked_for_its_health_unless_it_ends(self, name: str):
        health = SERVICES[name]["healthcheck"]
        assert health.get("disable", False) == (name in ONCE)
        if name not in ONCE:
            assert health["test"][0] == "CMD"
            assert {"interval", "timeout", "retries"} <= set(health)

    @services
    def test_waits_for_what_can_say_that_it_is_ready(self, name: str):
        for other, how in SERVICES[name].get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == wanted

    @services
    def test_names_networks_volumes_and_secrets_that_exist(self, name: str):
        service = SERVICES[name]
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert secret_names(service) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (CHECKOUT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]

    @services
    def test_comes_in_a_version_that_is_named(self, name: str):
        version = SERVICES[name]["image"].rpartition(":")[2]
        assert version not in {"", "latest"}

    def test_only_the_proxy_is_reached_from_outside(self):
        assert {name for name, one in SERVICES.items() if "ports" in one or "outside" in one["networks"]} == {
            "proxy"
        }
        assert COMPOSE["networks"]["inside"]["internal"] is True

    def test_every_volume_and_secret_is_used(self):
        mounted = {
            one.partition(":")[0] for service in SERVICES.values() for one in service.get("volumes", ())
        }
        assert set(COMPOSE["volumes"]) == {one for one in mounted if not one.startswith(".")}
        assert set(COMPOSE["secrets"]) == {
            one for service in SERVICES.values() for one in secret_names(service)
        }


class TestOurs:
    @ours
    def test_every_setting_is_one_of_ours(self, name: str):
        known = {one.name for one in registered()}
        assert {one.removesuffix("_FILE") for one in OURS[name]["environment"]} - known == set()

    @ours
    def test_secrets_come_from_files_that_are_mounted(self, name: str):
        environment = OURS[name]["environment"]
        files = {value for key, value in environment.items() if key.endswith("_FILE")}
        assert files == {f"/run/secrets/{one}" for one in secret_names(OURS[name])}
        open_ones = {"ACERVO_SECRET_KEY", "DATABASE_URL", "ACERVO_S3_SECRET_KEY", "ACERVO_METRICS_SECRET"}
        assert open_ones & set(environment) == set()

    def test_every_queue_has_its_worker(self):
        expected = {f"worker-{queue}" for queue, _jobs in QUEUES}
        assert {name for name in SERVICES if name.startswith("worker-")} == expected

    @ours
    def test_the_command_is_one_that_exists(self, name: str):
        command = OURS[name]["command"]
        if command[1] == "-m":
            assert importlib.util.find_spec(command[2]) is not None
            assert command[3] == name
        else:
            assert (CHECKOUT / command[1]).is_file()

    def test_they_are_ready_after_the_migration_and_the_bucket(self):
        assert {name for name, one in OURS.items() if "migrate" in one["depends_on"]} == set(OURS) - {
            "migrate"
        }
        assert "bucket" in SERVICES["migrate"]["depends_on"]

    def test_a_stop_waits_for_what_the_programs_wait_for(self):
        for name in ("web", "transfers"):
            grace = int(OURS[name]["environment"]["ACERVO_GRACE_SECONDS"])
            assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > grace + 5

    def test_workers_have_connections_of_their_own(self):
        pooled = {name for name, one in OURS.items() if "ACERVO_DATABASE_POOL" in one["environment"]}
        assert pooled == {"web", "transfers"}


class TestImage:
    def test_what_it_copies_is_there(self):
        copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        missing = [name for line in copied for name in line.split() if not (CHECKOUT / name).exists()]
        assert copied != []
        assert missing == []

    def test_every_house_is_in_it(self):
        for house in ("dam", "ingest", "search", "transcode", "templates", "locale", "frontend"):
            assert f"COPY {house} {house}\n" in DOCKERFILE

    def test_it_is_made_by_the_command_that_prepares_a_machine(self):
        assert "RUN script/bootstrap runtime" in DOCKERFILE
        assert (CHECKOUT / "script" / "bootstrap").stat().st_mode & 0o111

    def test_it_runs_as_the_user_of_the_services(self):
        user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
        assert user == ["10001:10001"]
        assert {one["user"] for one in OURS.values()} == set(user)

    def test_its_settings_are_ours(self):
        known = {one.name for one in registered()}
        assert set(re.findall(r"\b(ACERVO_\w+)=", DOCKERFILE)) - known == set()

    def test_secrets_and_data_stay_out_of_it(self):
        left_out = (CHECKOUT / ".dockerignore").read_text().split()
        assert {".git", "data", "deploy/secrets", ".venv"} <= set(left_out)


class TestProxy:
    TEXT = SHIPPED.read_text()

    def test_its_upstreams_are_services_on_the_ports_they_listen_on(self):
        upstreams = dict(re.findall(r"server ([a-z]+):(\d+)", self.TEXT))
        ports = {"web": "PORT", "transfers": "ACERVO_TRANSFERS_PORT"}
        assert upstreams == {name: OURS[name]["environment"][port] for name, port in ports.items()}
        for name, port in upstreams.items():
            assert f":{port}/health/live" in SERVICES[name]["healthcheck"]["test"][-1]
            assert port in re.findall(r"\d+", "".join(re.findall(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE)))

    def test_it_listens_where_the_ports_lead(self):
        inside = {one.partition(":")[2] for one in SERVICES["proxy"]["ports"]}
        assert set(re.findall(r"listen (\d+)", self.TEXT)) == inside

    def test_its_certificates_are_mounted(self):
        mounted = {one["target"] for one in SERVICES["proxy"]["secrets"]}
        assert set(re.findall(r"ssl_certificate\w* (\S+);", self.TEXT)) == mounted

    def test_the_application_believes_it_and_nobody_else(self):
        [network] = COMPOSE["networks"]["inside"]["ipam"]["config"]
        assert {one["environment"]["ACERVO_PROXIES"] for one in OURS.values()} == {network["subnet"]}
        assert "X-Forwarded-For $remote_addr;" in self.TEXT

    def test_no_query_is_logged(self):
        [form] = re.findall(r"log_format lines(.*?);", self.TEXT, re.DOTALL)
        assert "$uri" in form
        for word in (
            "$request ",
            "$request_uri",
            "$args",
            "$http_referer",
            "$remote_addr",
            "$http_user_agent",
        ):
            assert word not in f"{form} "

    @pytest.mark.parametrize("path", ["/subidas/", "/descargas/"])
    def test_long_transfers_go_to_their_own_process(self, path: str):
        [block] = re.findall(rf"location {path} {{(.*?)}}", self.TEXT, re.DOTALL)
        assert "http://transfers;" in block
        assert "proxy_buffering off;" in block

    def test_nginx_takes_it(self, tmp_path: Path):
        if NGINX is None:
            pytest.skip("nginx is not installed")
        subject = ["-subj", "/CN=acervo.test", "-days", "1", "-nodes"]
        keys = ["-keyout", str(tmp_path / "tls.key"), "-out", str(tmp_path / "tls.crt")]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", *subject, *keys],
            check=True,
            capture_output=True,
        )
        file = configuration(tmp_path, upstream=9, port=18443, tls=True)
        done = subprocess.run([NGINX, "-t", "-c", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "[warn]" not in done.stderr
