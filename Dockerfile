# One image, three commands: api (the default), worker, migrate. Glibc, as Temporal's core needs it.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node dev/build-console.ts && node dev/bundle-workflows.ts

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
# The SDK trusts the system's roots when it talks TLS to Temporal.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ARG BUILD_REVISION=unknown
ARG BUILD_TIME=unknown
ENV NODE_ENV=production \
  BUILD_REVISION=${BUILD_REVISION} \
  BUILD_TIME=${BUILD_TIME} \
  WORKFLOW_BUNDLE=/app/dist/workflows.js
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY domain ./domain
COPY providers ./providers
COPY db ./db
COPY config ./config
COPY activities ./activities
COPY workflows ./workflows
COPY api ./api
COPY worker ./worker
COPY dev/migrate.ts dev/healthcheck.ts ./dev/
COPY --from=build /app/console/dist ./console/dist
COPY --from=build /app/dist ./dist
USER 65532:65532
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "dev/healthcheck.ts"]
# Node does not reap children or handle signals well as the first process.
ENTRYPOINT ["tini", "--", "node"]
# Why this flag: dev/programs.ts.
CMD ["--min-semi-space-size=16", "api/main.ts"]
