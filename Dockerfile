# `backfill` with the drivers of PostgreSQL and MySQL: docker build -t relias-backfill .
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1

RUN useradd --create-home --uid 1000 backfill \
    && install --directory --owner=backfill /srv/backfill/data/state

WORKDIR /srv/backfill
COPY pyproject.toml constraints.txt README.md prefect.yaml ./
COPY data/tracking_plan.yaml data/
COPY benchmarks benchmarks
COPY extractors extractors
COPY flows flows
COPY loaders loaders
COPY mappers mappers
COPY sandbox sandbox
RUN pip install --no-cache-dir -c constraints.txt -e '.[mysql,postgresql]'

USER 1000
VOLUME /srv/backfill/data/state
EXPOSE 4200
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:4200/api/health', timeout=5)"]

# Others reach a container's port only so: it starts with PREFECT_SERVER_API_AUTH_STRING set, or not at all
ENTRYPOINT ["backfill"]
CMD ["serve", "--host", "0.0.0.0"]
