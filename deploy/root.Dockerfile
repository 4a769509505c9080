# The root environment: gateway, actions, migrations. Build in the repository's root:
#   docker build -f deploy/root.Dockerfile -t bangban/root:0.1.0 .
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/bangban bangban
WORKDIR /srv/bangban
RUN chown bangban /srv/bangban
USER bangban
# What changes seldom comes first, so that a change of code installs nothing again.
COPY --chown=bangban tools tools
COPY --chown=bangban pyproject.toml requirements.lock README.md ./
RUN tools/python-env .venv requirements.lock
COPY --chown=bangban web web
RUN cd web && ../tools/with-node npm ci --no-audit --no-fund && ../tools/with-node npm run build && rm -rf node_modules
COPY --chown=bangban bangban bangban
COPY --chown=bangban common common
COPY --chown=bangban knowledge knowledge
COPY --chown=bangban services services
COPY --chown=bangban actions actions
COPY --chown=bangban channels channels
COPY --chown=bangban desk desk
RUN VIRTUAL_ENV=/srv/bangban/.venv tools/uv pip install --quiet --no-deps --editable .
# The index of the shipped guides, so that a first start does not make it.
RUN BANGBAN_HOME=/tmp/prepare .venv/bin/bangban index prepare && rm -rf /tmp/prepare
ENV PATH=/srv/bangban/.venv/bin:$PATH PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=2 TOKENIZERS_PARALLELISM=false \
    BANGBAN_ENV=production BANGBAN_HOST=0.0.0.0 BANGBAN_PORT=8000 BANGBAN_HOME=/var/lib/bangban
VOLUME /var/lib/bangban
EXPOSE 8000
CMD ["python", "-m", "bangban.gateway"]
