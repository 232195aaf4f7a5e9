#include "config/attach.h"

#include <stdio.h>
#include <string.h>

typedef struct data_file {
  const char *path; /* as opened, for messages */
  const cf_input_file *input;
} data_file;

/* The folder of the file that says `node`, with its last slash. */
static size_t folder_length(const cf_load *load, const cf_tree_node *node) {
  if (node->origin == CF_ORIGIN_SET) return strlen(load->folder);
  const char *slash = strrchr(node->where.file, '/');
  return slash ? (size_t)(slash - node->where.file) + 1 : 0;
}

static bool open_file(cf_load *load, const cf_tree_node *node, data_file *out) {
  if (!node || node->kind != CF_TREE_SCALAR || !*node->text) return false; /* has been told */
  const char *folder = node->origin == CF_ORIGIN_SET ? load->folder : node->where.file;
  int length = node->text[0] == '/' ? 0 : (int)folder_length(load, node);
  const char *stored_as = out->path = cf_load_text(load, "%.*s%s", length, folder, node->text);
  if (!out->path) return false;
  size_t own = strlen(load->folder);
  if (node->text[0] != '/' && strncmp(out->path, load->folder, own) == 0) stored_as += own;
  for (uint32_t i = 0; i < load->inputs; i++)
    if (strcmp(load->input[i].path, stored_as) == 0) {
      out->input = &load->input[i];
      return true;
    }
  out->input = cf_load_file(load, out->path, stored_as, node->where);
  return out->input;
}

bool cf_attach_weather(cf_load *load, const cf_tree_node *file, const cf_weather **weather) {
  data_file data;
  cf_weather *made = NULL;
  if (!open_file(load, file, &data) ||
      cf_weather_read(data.path, data.input->bytes, data.input->length, load->arena, &made, load->diag) != CF_OK)
    return false;
  *weather = made;
  return true;
}

bool cf_attach_trace(cf_load *load, const cf_tree_node *file, const cf_tree_node *column, cf_trace_quantity quantity,
                     const cf_trace_table **trace) {
  data_file data;
  cf_trace_table *made = NULL;
  if (!open_file(load, file, &data) ||
      cf_trace_read(data.path, data.input->bytes, data.input->length, column ? column->text : NULL, quantity,
                    load->arena, &made, load->diag) != CF_OK)
    return false;
  *trace = made;
  return true;
}

bool cf_attach_network(cf_load *load, const cf_tree_node *file, const cf_tree_node *capacity,
                       const cf_graph **network) {
  data_file data;
  if (!open_file(load, file, &data)) return false;
  if (capacity) {
    data_file capacities;
    cf_graph *made = NULL;
    if (cf_graph_read_matrix(data.path, data.input->bytes, data.input->length, load->arena, &made, load->diag) !=
            CF_OK ||
        !open_file(load, capacity, &capacities) ||
        cf_graph_read_capacity(capacities.path, capacities.input->bytes, capacities.input->length, load->arena, made,
                               load->diag) != CF_OK)
      return false;
    *network = made;
    return true;
  }
  size_t head = strspn(data.input->bytes, " \t\r\n");
  if (data.input->bytes[head] && strchr("+-.0123456789", data.input->bytes[head]))
    return cf_load_fail(load, file->where,
                        "'%.100s' is a matrix: it needs 'capacity', the file with its heat capacities", file->text);
  cf_graph_list *list = NULL;
  if (cf_graph_read_long(data.path, data.input->bytes, data.input->length, load->arena, &list, load->diag) != CF_OK)
    return false;
  if (list->count != 1)
    return cf_load_fail(load, file->where, "'%.100s' has %zu networks, and a node has one", file->text, list->count);
  *network = &list->graph[0];
  return true;
}
