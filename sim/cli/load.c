#include "cli/load.h"

#include "cli/places.h"

void cf_settings_of(const cf_list *set, cf_setting setting[CF_MAX_LIST], char origin[CF_MAX_LIST][CF_ORIGIN_TEXT]) {
  for (unsigned i = 0; i < set->count; i++) {
    snprintf(origin[i], CF_ORIGIN_TEXT, "--set#%u", i + 1);
    setting[i] = (cf_setting){.text = set->item[i], .origin = origin[i]};
  }
}

cf_status cf_load_all(const cf_cli *cli, const cf_words *files, const char *models, const cf_list *set,
                      cf_loaded *loaded) {
  char directory[CF_PATH_MAX], origin[CF_MAX_LIST][CF_ORIGIN_TEXT];
  cf_setting setting[CF_MAX_LIST];
  cf_diag diag;
  cf_diag_init(&diag);
  cf_status first = cf_find_models(models, directory, &diag);
  if (first) return cf_cli_tell(cli, &diag, first);
  cf_settings_of(set, setting, origin);
  cf_load_options options = {.models_dir = directory, .settings = setting, .setting_count = set->count};
  for (unsigned i = 0; i < files->count; i++) {
    cf_diag_init(&diag);
    loaded[i].scenario = cf_scenario_load(files->word[i], &options, &diag);
    cf_status status = loaded[i].scenario ? CF_OK : diag.status ? diag.status : CF_INTERNAL;
    cf_cli_tell(cli, &diag, status);
    if (first == CF_OK) first = status;
  }
  return first;
}

void cf_load_free(cf_loaded *loaded, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (loaded[i].scenario) cf_scenario_destroy(loaded[i].scenario);
}
