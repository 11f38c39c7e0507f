# The server of the live page; the address with its token is printed:
#   docker build --file docker/serve.Dockerfile --tag pose-serve .
#   docker run --rm --publish 127.0.0.1:8000:8000 pose-serve
FROM python:3.13-slim-bookworm
RUN useradd --create-home --uid 1000 server
WORKDIR /source
COPY . .
# The lock's versions, without what only the course needs; pip takes no hashes beside a folder, so none are compared
RUN sed -e '/--hash/d' -e 's/ \\$//' requirements.lock > pins.txt \
    && pip install --no-cache-dir --only-binary :all: --constraint pins.txt setuptools \
    && pip install --no-cache-dir --no-build-isolation --constraint pins.txt ".[serve]"
USER 1000
WORKDIR /home/server
EXPOSE 8000
ENTRYPOINT ["hpe", "serve", "--host", "0.0.0.0"]
