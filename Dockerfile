# Acervo's programs in one image; which of them runs is the command: python -m dam.serve.programs NAME.
FROM python:3.13-slim-trixie AS made
WORKDIR /srv/acervo
COPY requirements requirements
COPY script script
COPY frontend frontend
COPY locale locale
COPY templates templates
COPY dam dam
COPY ingest ingest
COPY search search
COPY transcode transcode
COPY manage.py pyproject.toml ./
RUN script/bootstrap runtime

FROM python:3.13-slim-trixie
RUN groupadd --gid 10001 acervo \
    && useradd --uid 10001 --gid acervo --no-create-home --home-dir /tmp acervo \
    && install --directory --owner acervo --group acervo --mode 0700 /var/acervo
COPY --from=made /srv/acervo /srv/acervo
WORKDIR /srv/acervo
ENV PATH=/srv/acervo/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ACERVO_ENV=production \
    ACERVO_DATA=/var/acervo \
    ACERVO_HOST=0.0.0.0 \
    ACERVO_LOG=json
USER 10001:10001
VOLUME /var/acervo
EXPOSE 8000 8001
CMD ["python", "-m", "dam.serve.programs", "web"]
