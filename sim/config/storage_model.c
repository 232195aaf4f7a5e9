#include "config/storage_model.h"

#include "config/catalogue.h"

cf_status cf_storage_model(const char *models_dir, const char *name, cf_arena *arena, const cf_storage **storage,
                           cf_diag *diag) {
  cf_load load = {.arena = arena,
                  .diag = diag,
                  .reader = cf_reader_disk(),
                  .models_dir = models_dir,
                  .folder = "",
                  .tree = {.arena = arena},
                  .mute = true};
  cf_tree_node reference = {.kind = CF_TREE_SCALAR, .text = name};
  if (cf_catalogue_use(&load, CF_MODEL_STORAGE, &reference, storage)) return CF_OK;
  return diag->status ? diag->status : cf_fail(diag, CF_INPUT, "the storage model '%s' cannot be used", name);
}
