/* SPDX-License-Identifier: MIT */
/* Where the program starts; everything it does is in the subcommand table. */
#include "cli/cmds.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "ext/cap.h"
#include "io/program.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
	struct sonde_error err;
	sn_environment_clean();
	if (sn_cap_lower_all(&err) < 0)
		return sn_output_error(&err);
	sn_program_look();
	sn_output_reserve();
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_CTYPE, "");
	return sn_commands_run(argc, argv);
}
