FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --no-save --include=dev --include=optional --no-audit --no-fund
COPY . .
RUN node -e "import('./bin/steps.mjs').then((steps) => steps.buildWeb())" \
  && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# What Python cells need; without it they run in Pyodide.
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends \
    bubblewrap python3-numpy python3-pandas python3-matplotlib python3-sklearn python3-statsmodels \
    python3-plotly python3-altair python3-seaborn python3-cloudpickle \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /app
ENV HOST=0.0.0.0 PORT=3000 QRY_DATA_DIR=/data NODE_ENV=production
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "server/cli/main.ts", "serve"]
