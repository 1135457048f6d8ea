#!/bin/sh
# Deploys the commit that RELEASE in .env names: compose.yml migrates before it starts the new code, and replaces web, worker and beat together.
set -eu
cd "$(dirname "$0")/.."
docker compose build
docker compose up -d --wait --remove-orphans
curl -fsS -o /dev/null https://shop.example.com/
