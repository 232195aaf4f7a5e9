/* Has moved to base/json.h. */
#ifndef CF_CLI_JSON_H
#define CF_CLI_JSON_H

#include "base/json.h"

#endif
