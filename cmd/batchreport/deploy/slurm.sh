#!/bin/bash
# Runs a plan of batchreport on Slurm: an array runs the tasks, and a job that depends on
# all of them commits the table.
#
#   bash FILE
#
# prints the numbers of both. If an element of the array fails for good, the commit is
# cancelled. When its log says why and that is mended, run this again: what has ended is
# not run again. "batchreport abort --plan PLAN" drops what tasks wrote.
#
# The program must be at the same path on all nodes, and so must the plan, the reports
# and DEST where they are files; for S3, nodes need credentials.
set -euo pipefail

# So many elements share the tasks of the plan ({{.Tasks}}); behind the % stands how many run
# at once. An array has {{.MaxSize}} elements at most where MaxArraySize is what it is by default.
# sbatch prints the array's number and, where there are several clusters, the cluster.
tasks=$(sbatch --parsable --job-name={{.Name}}-tasks --array=0-{{.Last}}%{{.Parallelism}} \
	{{if .Queue}}--partition={{sh .Queue}} {{end}}--ntasks=1 --cpus-per-task={{.CPUs}} --mem={{.MemoryMiB}}M --time={{.Minutes}} \
	--requeue --open-mode=append --output={{.Name}}-%A_%a.log <<'TASK'
#!/bin/bash
code=0
{{shell .Program .TaskArgs}} --index "$SLURM_ARRAY_TASK_ID" || code=$?
case $code in
# 2 is wrong usage, and 11 says that another run has committed the job meanwhile: both are
# the same the next time.
0 | 2 | 11) exit $code ;;
esac
# Slurm by itself runs again only what a node has lost. A job that is requeued is ended
# while it waits here.
if [ "${SLURM_RESTART_COUNT:-0}" -lt {{.Retries}} ] && scontrol requeue "$SLURM_JOB_ID"; then
	sleep 600
fi
exit $code
TASK
)
tasks=${tasks%%;*}

commit=$(sbatch --parsable --job-name={{.Name}}-commit --dependency="afterok:$tasks" --kill-on-invalid-dep=yes \
	{{if .Queue}}--partition={{sh .Queue}} {{end}}--ntasks=1 --cpus-per-task=1 --mem={{.CommitMiB}}M --time={{.Minutes}} \
	--requeue --open-mode=append --output={{.Name}}-commit-%j.log <<'COMMIT'
#!/bin/bash
code=0
{{shell .Program .CommitArgs}} || code=$?
case $code in
# 3 and 4 say that the table is there, but rows were rejected or --fail-on was passed.
0 | 2 | 3 | 4 | 11) exit $code ;;
esac
if [ "${SLURM_RESTART_COUNT:-0}" -lt {{.Retries}} ] && scontrol requeue "$SLURM_JOB_ID"; then
	sleep 600
fi
exit $code
COMMIT
)
echo "$tasks ${commit%%;*}"
