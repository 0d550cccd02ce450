# The sample's own files, for tests that know its figures; read with `.`, never run.
#
# A user drops new CSV files beside the sample's: data/milk as it stands is no fixture.  root names the repository.

# sample_data FOLDER: the files that the generator makes for data/milk, copied there.
sample_data() {
    mkdir -p "$1" && for source in precipitaciones banco_central precio_leche; do
        cp "$root/data/milk/$source.csv" "$1" || return 1
    done
}

# sample_arrivals FOLDER: the later months that it makes for data/milk_new.
sample_arrivals() {
    for source in precipitaciones banco_central precio_leche; do
        cp "$root/data/milk_new/${source}_dummy.csv" "$1" || return 1
    done
}
