# A project of three stages, as the golden cases of track need it.  Its commands write what `say` holds.
mkdir -p .dvc/tmp pipeline src && printf '[core]\n    autostage = false\n' >.dvc/config
printf 'seed: 42\ntrain: {folds: 3}\n' >pipeline/toy.yaml
printf 'code\n' >src/a.c && printf 'one\n' >say
cat >dvc.yaml <<'YAML'
stages:
  ingest:
    matrix: {pipe: [toy]}
    cmd: [exit 99, mkdir -p raw && cp say raw/a && echo ingest runs]
    deps: [say, src]
    params: ['pipeline/${item.pipe}.yaml': [seed]]
    outs: [raw]
  train:
    matrix: {pipe: [toy]}
    cmd: [exit 99, cat raw/a >model && echo train runs]
    deps: [raw, src]
    params: ['pipeline/${item.pipe}.yaml': [train.folds]]
    outs: [model]
  elsewhere:
    cmd: exit 99
    outs: [elsewhere]
YAML
both() { track pipeline/toy.yaml --run ingest && track pipeline/toy.yaml --run train; }
