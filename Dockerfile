# Builds and runs Candor; works with Docker and with Podman.
#   docker build -t candor .
#   docker run -p 127.0.0.1:8000:8000 -v candor:/data -e CANDOR_ADMIN_EMAIL=… -e CANDOR_ADMIN_PASSWORD=… candor

FROM docker.io/library/rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        cmake clang libclang-dev pkg-config libpocketsphinx-dev libsphinxbase-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package candor-cli --bin candor

FROM docker.io/library/debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates ffmpeg util-linux libpocketsphinx3 libsphinxbase3 pocketsphinx-en-us \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /home/candor candor \
    && install -d -o candor -g candor -m 0700 /data
COPY --from=build /src/target/release/candor /usr/local/bin/candor
USER candor
ENV CANDOR_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["candor"]
CMD ["serve", "--listen", "0.0.0.0:8000"]
