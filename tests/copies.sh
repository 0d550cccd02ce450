# The executables in another folder, for the scripts that run make there; read by them with `.`, never run.

# copy_built FOLDER: bin/ and what make keeps of the release build, with their times, so that nothing is compiled there;
# without the executables of the tests, which are eight times as much as all the rest.
copy_built() {
    mkdir -p "$1/build/release" && cp -a "$root/bin" "$1" &&
        tar --format=posix -C "$root/build/release" --exclude=./tests -cf - . | tar -xf - -C "$1/build/release"
}

# only_milk: in a copy of the tree, no pipelines but those of milk, which the tests know.
only_milk() {
    for file_ in pipeline/*.yaml; do
        case $file_ in pipeline/milk.yaml | pipeline/milk_reference.yaml) ;; *) rm "$file_" || return ;; esac
    done
}

# only_pages: milk's and iris, of which the pages tell, and a dvc.yaml of these.
only_pages() {
    cp pipeline/iris.yaml "$work/iris.yaml" && only_milk && mv "$work/iris.yaml" pipeline && planned
}

# planned: a dvc.yaml of the pipelines that are there; make would write the same.
planned() {
    plans_=$(mktemp -d "${TMPDIR:-/tmp}/plans.XXXXXX") || return
    "$root/build/release/plan" --into "$plans_" --quiet
    set -- $?
    rm -rf "$plans_"
    return $1
}

# only_recipe: milk with the recipe of the tests, and a dvc.yaml that has no other pipeline.
only_recipe() {
    only_milk && rm pipeline/milk_reference.yaml && cp "$root/tests/recipe.yaml" pipeline/milk.yaml && planned
}
