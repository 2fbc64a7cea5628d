#!/bin/bash
# One search by all ranks of a Slurm job; when a node fails, the job is queued again and goes on from its
# checkpoint.
#
#   sbatch --nodes 4 --ntasks-per-node 8 ci/fleet/slurm.sh FILE [OPTION…]
#
#SBATCH --job-name=interlock
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --time=24:00:00

set -euo pipefail
file=$1
shift
interlock=${INTERLOCK:-build/release/bin/interlock}
srun --kill-on-bad-exit=1 --mpi=pmix "$interlock" check "$file" --mpi \
    --checkpoint "$file.checkpoint" --checkpoint-every 60 --json="$file.json" "$@"
