# Two stages: the first installs what the lock names, the second holds Python, the program and nothing
# to build with. Both have the same base, since the environment's interpreter is the base's.

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv/tocsin
COPY requirements.lock ./
RUN python -m venv --without-pip .venv \
    && pip --python .venv install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY data data
# The program stays where it was copied, as with `make install`: data/ is found beside it.
RUN pip --python .venv install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && pip --python .venv uninstall --yes setuptools \
    && python -m compileall -q --invalidation-mode unchecked-hash bot cogs

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Tocsin" \
    org.opencontainers.image.description="A Discord bot that warns communities of makers before a platform they depend on closes or changes its rules." \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin tocsin \
    && install --directory --owner=tocsin --group=tocsin --mode=0700 /data
COPY --from=build /srv/tocsin /srv/tocsin
ENV PATH=/srv/tocsin/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TOCSIN_DATABASE_URL=sqlite+aiosqlite:////data/tocsin.db
# Whatever a relative path names stays in the volume, too.
WORKDIR /data
VOLUME /data
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["tocsin", "doctor", "--alive"]
ENTRYPOINT ["tocsin"]
CMD ["run"]
