/* Relations inside one model that the rows cannot say. Internal to config. */
#ifndef CF_CONFIG_CHECK_MODEL_H
#define CF_CONFIG_CHECK_MODEL_H

#include "config/catalogue.h"

/* `model`: the struct of the file's kind, filled. `overrides` (may be NULL): the reference whose keys went over it.
 * False after a diagnostic at the key to change. */
bool cf_check_model(cf_load *load, const cf_catalogue_file *file, const cf_tree_node *overrides, const void *model);

#endif
