#!/bin/sh
# Registers the namespace of the application; safe to run again.
set -eu

namespace="${TEMPORAL_NAMESPACE:-default}"
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 720h
