/* SPDX-License-Identifier: MIT */
/* THE TABLE of harmless variables. Whatever makes a library load code or files, or ask other servers, is not in it: nobody knows all of
 * those. */
#include "cli/environment.h"

#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { WORD_MOST = 64, DIGITS_MOST = 5, PATH_MOST = 1024, KEPT_MOST = 32 };

static const char alphanumeric[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static bool consists_of(const char *value, const char *more, size_t most)
{
	size_t bytes = 0;
	while (value[bytes] && (strchr(alphanumeric, value[bytes]) || strchr(more, value[bytes])))
		bytes++;
	return bytes <= most && value[bytes] == '\0';
}

static bool is_word(const char *value)
{
	return consists_of(value, "._+-", WORD_MOST);
}

/* A locale's name: with a slash in it, it would be a file. */
static bool is_locale(const char *value)
{
	return consists_of(value, "._-@", WORD_MOST);
}

static bool is_number(const char *value)
{
	size_t digits = strspn(value, "0123456789");
	return digits <= DIGITS_MOST && value[digits] == '\0';
}

static bool is_folder(const char *value)
{
	return value[0] == '/' && strlen(value) <= PATH_MOST && !strstr(value, "/../");
}

static const struct {
	const char *name; /* with the equals sign; without one it begins so */
	bool (*is_harmless)(const char *value);
} rows[] = {
    {"CLICOLOR=", is_word},  {"CLICOLOR_FORCE=", is_word}, {"COLUMNS=", is_number}, {"HOME=", is_folder}, {"LANG=", is_locale},
    {"LC_", is_locale},      {"LINES=", is_number},        {"NO_COLOR=", is_word},  {"TERM=", is_word},   {"XDG_CONFIG_HOME=", is_folder},
};

static char **of_user;

bool sn_environment_is_secure(void)
{
	return getauxval(AT_SECURE) != 0;
}

bool sn_environment_is_harmless(const char *variable)
{
	const char *equals = strchr(variable, '=');
	for (size_t i = 0; equals && i < sizeof rows / sizeof *rows; i++)
		if (strncmp(variable, rows[i].name, strlen(rows[i].name)) == 0)
			return rows[i].is_harmless(equals + 1);
	return false;
}

void sn_environment_clean(void)
{
	static char *kept[KEPT_MOST + 1];
	size_t count = 0;
	of_user = environ;
	if (!sn_environment_is_secure())
		return;
	for (char **variable = environ; variable && *variable && count < KEPT_MOST; variable++)
		if (sn_environment_is_harmless(*variable))
			kept[count++] = *variable;
	kept[count] = NULL;
	environ = kept;
}

char **sn_environment_of_user(void)
{
	return of_user ? of_user : environ;
}
