/* One store of the catalogue by itself, without a scenario around it. */
#ifndef CF_CONFIG_STORAGE_MODEL_H
#define CF_CONFIG_STORAGE_MODEL_H

#include "base/arena.h"
#include "config/scenario.h"

/* models_dir/storage/<name>.yaml. CF_INPUT, CF_IO as a scenario that names it would get. */
cf_status cf_storage_model(const char *models_dir, const char *name, cf_arena *arena, const cf_storage **storage,
                           cf_diag *diag);

#endif
