/* Matrices, vectors and power tables. The long format is in graph_long.c. */
#include "config/graph.h"

#include "config/csv.h"

#include <math.h>
#include <string.h>

static const double symmetric_to = 1e-9; /* of the larger of the two */
/* Of the diagonal: how far a row's sum may be below 0, and what is rounding of a sum that is 0. */
static const double row_sum_below = 1e-9, row_sum_rounding = 1e-12;

/* A matrix as it stood in the file; places for messages that name two cells. */
typedef struct cells {
  uint32_t nodes;
  double *value;
  uint32_t *column; /* character columns of the cells */
  uint32_t line[CF_GRAPH_NODES];
} cells;

/* The first row says how many nodes there are. */
static bool begin_cells(cf_csv *csv, cells *m) {
  if (csv->count > CF_GRAPH_NODES)
    return cf_csv_fail(csv, CF_GRAPH_NODES, "the matrix has %u columns; the most are %d", csv->count, CF_GRAPH_NODES);
  m->nodes = csv->count;
  m->value = CF_ARENA_ARRAY(csv->arena, double, (size_t)m->nodes * m->nodes);
  m->column = CF_ARENA_ARRAY(csv->arena, uint32_t, (size_t)m->nodes * m->nodes);
  return (m->value && m->column) || cf_csv_no_memory(csv);
}

/* Character columns of all fields in one pass over the row. */
static void keep_columns(const cf_csv *csv, uint32_t *column) {
  uint32_t here = 1;
  const char *p = csv->row;
  for (uint32_t i = 0; i < csv->count; i++) {
    for (; p < csv->field[i].text; p++) here += ((unsigned char)*p & 0xC0) != 0x80;
    column[i] = here;
  }
}

static bool read_cells(cf_csv *csv, cells *m) {
  uint32_t row = 0;
  while (cf_csv_next(csv)) {
    if (row == 0 && !begin_cells(csv, m)) return false;
    if (row == m->nodes)
      return cf_csv_fail(csv, CF_CSV_ROW, "the matrix has %u columns, but this is row %u", m->nodes, row + 1);
    if (csv->count != m->nodes)
      return cf_csv_fail(csv, csv->count < m->nodes ? csv->count - 1 : m->nodes,
                         "row %u of the matrix has %u cells, the first row %u", row + 1, csv->count, m->nodes);
    size_t first = (size_t)row * m->nodes;
    keep_columns(csv, m->column + first);
    for (uint32_t i = 0; i < m->nodes; i++) {
      if (!cf_csv_double(csv, i, 0, &m->value[first + i])) continue;
      if (i != row && m->value[first + i] > 0)
        (void)cf_csv_fail(csv, i, "the cell is %g: off the diagonal stand negative conductances, or 0",
                          m->value[first + i]);
    }
    m->line[row++] = csv->line;
  }
  if (csv->status != CF_OK) return false;
  if (row == 0) return cf_csv_fail(csv, CF_CSV_ROW, "there is no row of numbers");
  return row == m->nodes || cf_csv_fail(csv, CF_CSV_ROW, "the matrix has %u columns, but only %u rows", m->nodes, row);
}

/* Errors of pairs and sums are found behind the last row, so they carry their own places. */
static bool fail_at_cell(cf_csv *csv, const cells *m, uint32_t i, uint32_t j, const char *text) {
  cf_source where = {.file = csv->source.file, .line = m->line[i], .column = m->column[(size_t)i * m->nodes + j]};
  csv->status = cf_fail_at(csv->diag, CF_INPUT, where, "%s", text);
  csv->errors++;
  return false;
}

static bool check_pair(cf_csv *csv, const cells *m, uint32_t i, uint32_t j) {
  size_t above = (size_t)j * m->nodes + i, below = (size_t)i * m->nodes + j;
  double a = m->value[below], b = m->value[above];
  if (fabs(a - b) <= symmetric_to * fmax(fabs(a), fabs(b))) return true;
  char text[200];
  snprintf(text, sizeof text, "not symmetric: row %u, column %u is %.10g, but row %u, column %u (%u:%u) is %.10g",
           i + 1, j + 1, a, j + 1, i + 1, m->line[j], m->column[above], b);
  return fail_at_cell(csv, m, i, j, text);
}

static bool to_air(cf_csv *csv, const cells *m, uint32_t i, double *out) {
  const double *row = m->value + (size_t)i * m->nodes;
  double sum = 0.0, diagonal = row[i];
  for (uint32_t j = 0; j < m->nodes; j++) sum += row[j];
  if (sum < -row_sum_below * fabs(diagonal)) {
    char text[120];
    snprintf(text, sizeof text, "the sum of row %u is %.10g: the conductance to the air is not below 0", i + 1, sum);
    return fail_at_cell(csv, m, i, i, text);
  }
  *out = sum <= row_sum_rounding * fabs(diagonal) ? 0.0 : sum;
  return true;
}

static void fill_matrix(cf_csv *csv, const cells *m, cf_graph *graph) {
  for (uint32_t i = 0; i < m->nodes && csv->errors < CF_DIAG_MAX; i++) {
    (void)to_air(csv, m, i, &graph->to_air_wk[i]);
    for (uint32_t j = 0; j < i && csv->errors < CF_DIAG_MAX; j++) {
      if (!check_pair(csv, m, i, j)) continue;
      size_t above = (size_t)j * m->nodes + i, below = (size_t)i * m->nodes + j;
      double g = -0.5 * (m->value[below] + m->value[above]) + 0.0;
      graph->conductance_wk[below] = graph->conductance_wk[above] = g;
    }
  }
}

cf_status cf_graph_read_matrix(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph **graph,
                               cf_diag *diag) {
  cf_csv csv;
  *graph = NULL;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag)) return csv.status;
  cells m = {0};
  if (!read_cells(&csv, &m)) return csv.status;
  cf_graph *made = CF_ARENA_NEW(arena, cf_graph);
  if (made) {
    *made = (cf_graph){.id = "",
                       .nodes = m.nodes,
                       .conductance_wk = CF_ARENA_ARRAY(arena, double, (size_t)m.nodes *m.nodes),
                       .to_air_wk = CF_ARENA_ARRAY(arena, double, m.nodes)};
  }
  if (!made || !made->conductance_wk || !made->to_air_wk) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  fill_matrix(&csv, &m, made);
  if (csv.status == CF_OK) *graph = made;
  return csv.status;
}

cf_status cf_graph_read_capacity(const char *path, const char *bytes, size_t length, cf_arena *arena, cf_graph *graph,
                                 cf_diag *diag) {
  cf_csv csv;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_COMMAS, arena, diag)) return csv.status;
  double *capacity = CF_ARENA_ARRAY(arena, double, graph->nodes);
  if (!capacity) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  uint32_t row = 0;
  while (cf_csv_next(&csv)) {
    if (csv.count != 1)
      (void)cf_csv_fail(&csv, 1, "the row has %u numbers: one heat capacity belongs on a row", csv.count);
    else if (row == graph->nodes)
      (void)cf_csv_fail(&csv, 0, "row %u: the network has %u nodes", row + 1, graph->nodes);
    else if (cf_csv_double(&csv, 0, 0, &capacity[row]) && !(capacity[row] > 0))
      (void)cf_csv_fail(&csv, 0, "the heat capacity is %g: it is above 0", capacity[row]);
    if (row == graph->nodes) return csv.status;
    row++;
  }
  if (csv.status == CF_OK && row < graph->nodes)
    (void)cf_csv_fail(&csv, CF_CSV_ROW, "there are %u heat capacities for %u nodes", row, graph->nodes);
  if (csv.status == CF_OK) graph->capacity_jk = capacity;
  return csv.status;
}

cf_status cf_graph_read_ptrace(const char *path, const char *bytes, size_t length, cf_arena *arena,
                               cf_graph_powers **powers, cf_diag *diag) {
  cf_csv csv;
  *powers = NULL;
  cf_csv_source source = {.file = path, .bytes = bytes, .length = length};
  if (!cf_csv_begin(&csv, source, CF_CSV_BLANKS, arena, diag) || !cf_csv_header(&csv)) return csv.status;
  if (csv.columns > CF_GRAPH_NODES) {
    (void)cf_csv_fail(&csv, CF_GRAPH_NODES, "there are %u blocks; the most are %d", csv.columns, CF_GRAPH_NODES);
    return csv.status;
  }
  double *power = CF_ARENA_ARRAY(arena, double, cf_csv_rows_left(&csv, csv.columns) * csv.columns);
  cf_graph_powers *made = CF_ARENA_NEW(arena, cf_graph_powers);
  if (!power || !made) {
    (void)cf_csv_no_memory(&csv);
    return csv.status;
  }
  size_t rows = 0;
  for (; cf_csv_next(&csv); rows++)
    for (uint32_t b = 0; b < csv.columns; b++) (void)cf_csv_double(&csv, b, 0, &power[rows * csv.columns + b]);
  if (csv.status == CF_OK && rows == 0)
    (void)cf_csv_fail(&csv, CF_CSV_ROW, "there is no row of powers below the names");
  if (csv.status != CF_OK) return csv.status;
  *made = (cf_graph_powers){.blocks = csv.columns, .name = csv.name, .rows = rows, .power_w = power};
  *powers = made;
  return CF_OK;
}
