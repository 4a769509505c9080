# The bot's environment: Rasa with its trained model, and nothing of ours beside it. Build in the repository's root:
#   docker build -f deploy/bot.Dockerfile -t bangban/bot:0.1.0 .
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/bangban bangban
WORKDIR /srv/bangban
RUN chown bangban /srv/bangban
USER bangban
COPY --chown=bangban tools tools
COPY --chown=bangban bot/requirements.lock bot/requirements.lock
RUN tools/python-env bot/.venv bot/requirements.lock
COPY --chown=bangban bot bot
COPY --chown=bangban data data
ENV PYTHONUNBUFFERED=1 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 PYTHONWARNINGS=ignore OMP_NUM_THREADS=1 SANIC_WORKERS=1
WORKDIR /srv/bangban/bot
RUN .venv/bin/python -m lean_rasa train --config config.yml --domain domain --data ../data/nlu ../data/rules ../data/stories \
    --out models --fixed-model-name bangban
# Loopback: the gateway shares this container's network and nobody else reaches Rasa.
CMD [".venv/bin/python", "-m", "lean_rasa", "run", "--model", "models/bangban.tar.gz", "--endpoints", "endpoints.yml", \
     "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", "5005"]
