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
