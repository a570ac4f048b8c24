/*
 * Runs a fuzz target over the files of a directory, as a plain test: what libFuzzer would do with
 * its corpus, without libFuzzer. A target that finds something wrong aborts.
 */
#include "base/base.h"

#include <dirent.h>
#include <fcntl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FILE ((size_t)1 << 20)

static void
fclosep(FILE **file)
{
	if (*file)
		(void)fclose(*file); /* was only read */
}

static void
closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir); /* was only read */
}

static bool
run_file(DIR *dir, const char *name)
{
	int fd = openat(dirfd(dir), name, O_RDONLY | O_CLOEXEC);
	_cleanup_(fclosep) FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
	uint8_t *data;
	size_t size;

	if (!file)
		return false;
	data = malloc(MAX_FILE);
	if (!data)
		return false;
	size = fread(data, 1, MAX_FILE, file);
	/* Of its own size, so that a read past its end shows under AddressSanitizer. */
	data = realloc(data, size ? size : 1);
	if (!data || ferror(file)) {
		free(data);
		return false;
	}
	(void)printf("# %s, %zu bytes\n", name, size);
	(void)fflush(stdout);			  /* the name must be out before a crash */
	(void)LLVMFuzzerTestOneInput(data, size); /* 0, or it does not return */
	free(data);
	return true;
}

int
main(int argc, char **argv)
{
	_cleanup_(closedirp) DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	int n_files = 0;

	if (!dir) {
		(void)fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	/* The only thread. */
	while ((entry = readdir(dir)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
		if (entry->d_name[0] == '.')
			continue;
		if (!run_file(dir, entry->d_name)) {
			(void)fprintf(stderr, "%s cannot be read\n", entry->d_name);
			return 1;
		}
		n_files++;
	}
	(void)printf("# %d files\n", n_files);
	return n_files > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
