#include "config/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MAX_DIRECTIVES = 16, MAX_ANCHORS = 1000 };

/* Stands for a plain << until its map is complete: not UTF-8, so no document can spell it. */
static const char merge_key[] = "\xFF<<";

typedef struct anchor {
  const char *name;
  cf_tree_node *node;
} anchor;

typedef struct frame {
  cf_tree_node *node;
  const char *key; /* of a map: read, and waiting for its value */
  cf_source key_where;
} frame;

typedef struct builder {
  cf_tree *tree;
  const cf_yaml_text *text;
  cf_diag *diag;
  yaml_parser_t parser;
  frame stack[CF_TREE_DEPTH];
  unsigned depth;
  cf_tree_node *root;
  anchor *anchor; /* the latest of a name is valid; lookups go from the end */
  size_t anchors, anchor_room;
  size_t expanded;
  size_t line, line_start; /* cursor: where line number `line` (from 0) begins */
} builder;

/* Length of the line break at p by YAML 1.1's rules, which libyaml counts lines with; 0 for none. */
static size_t line_break(const char *p) {
  if (p[0] == '\r') return p[1] == '\n' ? 2 : 1;
  if (p[0] == '\n') return 1;
  if (strncmp(p, "\xC2\x85", 2) == 0) return 2;
  if (strncmp(p, "\xE2\x80\xA8", 3) == 0 || strncmp(p, "\xE2\x80\xA9", 3) == 0) return 3;
  return 0;
}

static cf_source place(builder *b, size_t line, size_t column) {
  const cf_yaml_text *text = b->text;
  if (text->setting) {
    size_t from = strlen(text->setting) - text->length;
    while (line && text->setting[from]) { /* the end counts as a line of its own */
      size_t step = line_break(text->setting + from);
      from += step ? step : 1;
      line -= step != 0;
    }
    return (cf_source){.file = text->file, .excerpt = text->setting, .column = (uint32_t)(from + column + 1)};
  }
  if (line < b->line) b->line = b->line_start = 0;
  size_t at = b->line_start;
  while (b->line < line && at < text->length) {
    size_t step = line_break(text->bytes + at);
    at += step ? step : 1;
    if (step) {
      b->line++;
      b->line_start = at;
    }
  }
  return (cf_source){.file = text->file,
                     .excerpt = text->bytes + b->line_start,
                     .line = (uint32_t)line + 1,
                     .column = (uint32_t)column + 1};
}

static cf_source at(builder *b, yaml_mark_t mark) { return place(b, mark.line, mark.column); }

static cf_status out_of_memory(builder *b, cf_source where) {
  if (b->tree->nodes >= CF_TREE_NODES)
    return cf_tree_fail(b->diag, CF_INPUT, where, "more than %d values", CF_TREE_NODES);
  return cf_tree_fail(b->diag, CF_INTERNAL, where, "no memory");
}

/* Position of the first byte that is not UTF-8, or `length`. Overlong forms and surrogates are refused. */
static size_t utf8_end(const char *text, size_t length) {
  const unsigned char *s = (const unsigned char *)text;
  for (size_t i = 0; i < length;) {
    unsigned c = s[i];
    size_t more = c < 0x80 ? 0 : (c & 0xE0) == 0xC0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : (c & 0xF8) == 0xF0 ? 3 : 4;
    if (more == 4 || more >= length - i) return i;
    unsigned long point = more == 0 ? c : c & (0x3FU >> more);
    for (size_t k = 1; k <= more; k++) {
      if ((s[i + k] & 0xC0) != 0x80) return i;
      point = point << 6 | (s[i + k] & 0x3F);
    }
    static const unsigned long least[] = {0, 0x80, 0x800, 0x10000};
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return i;
    i += more + 1;
  }
  return length;
}

static cf_status check_utf8(builder *b) {
  const cf_yaml_text *text = b->text;
  size_t bad = utf8_end(text->bytes, text->length);
  if (bad == text->length) return CF_OK;
  size_t line = 0, column = 0;
  for (size_t i = 0; i < bad;) {
    size_t step = line_break(text->bytes + i);
    if (step) {
      line++;
      column = 0;
      i += step;
      continue;
    }
    column += ((unsigned char)text->bytes[i] & 0xC0) != 0x80;
    i++;
  }
  return cf_tree_fail(b->diag, CF_INPUT, place(b, line, column), "not UTF-8 text");
}

/* libyaml compares every directive with all before it; nobody needs many. */
static cf_status check_directives(builder *b) {
  const char *text = b->text->bytes;
  unsigned found = 0;
  size_t line = 0;
  for (size_t i = 0, start = 1; i < b->text->length; line += start) {
    if (start && text[i] == '%' && ++found > MAX_DIRECTIVES)
      return cf_tree_fail(b->diag, CF_INPUT, place(b, line, 0), "more than %d directives", MAX_DIRECTIVES);
    size_t step = line_break(text + i);
    i += step ? step : 1;
    start = step != 0;
  }
  return CF_OK;
}

static bool core_tag(const char *tag) {
  static const char prefix[] = "tag:yaml.org,2002:";
  static const char *const names[] = {"str", "int", "float", "bool", "null", "map", "seq"};
  if (strcmp(tag, "!") == 0) return true;
  if (strncmp(tag, prefix, sizeof prefix - 1) != 0) return false;
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(tag + sizeof prefix - 1, names[i]) == 0) return true;
  return false;
}

static bool means_text(const char *tag) {
  return tag && (strcmp(tag, "!") == 0 || strcmp(tag, "tag:yaml.org,2002:str") == 0);
}

static cf_status check_tag(builder *b, const yaml_char_t *tag, cf_source where) {
  if (!tag || core_tag((const char *)tag)) return CF_OK;
  return cf_tree_fail(b->diag, CF_INPUT, where, "tag '%.60s' is not allowed: only those of YAML's core schema",
                      (const char *)tag);
}

static cf_status name_anchor(builder *b, const yaml_char_t *name, cf_tree_node *node) {
  if (!name) return CF_OK;
  if (b->anchors == b->anchor_room) {
    size_t room = b->anchor_room ? b->anchor_room * 2 : 16;
    anchor *grown = realloc(b->anchor, room * sizeof *grown);
    if (!grown) return cf_tree_fail(b->diag, CF_INTERNAL, node->where, "no memory");
    b->anchor = grown;
    b->anchor_room = room;
  }
  const char *text = (const char *)name;
  char *copy = cf_arena_copy(b->tree->arena, text, strlen(text));
  if (!copy) return cf_tree_fail(b->diag, CF_INTERNAL, node->where, "no memory");
  if (b->anchors >= MAX_ANCHORS) /* they are searched one by one */
    return cf_tree_fail(b->diag, CF_INPUT, node->where, "more than %d anchors", MAX_ANCHORS);
  b->anchor[b->anchors++] = (anchor){copy, node};
  return CF_OK;
}

/* Hangs a finished or just opened value into the collection that is being read. */
static cf_status hang(builder *b, cf_tree_node *node) {
  if (b->depth == 0) {
    b->root = node;
    return CF_OK;
  }
  frame *f = &b->stack[b->depth - 1];
  if (f->node->kind == CF_TREE_LIST) {
    cf_tree_append(f->node, node);
    return CF_OK;
  }
  if (!f->key) {
    if (node->kind != CF_TREE_SCALAR) return cf_tree_fail(b->diag, CF_INPUT, node->where, "a key must be a plain word");
    f->key = node->text;
    f->key_where = node->where;
    if (strcmp(node->text, "<<") == 0 && !node->quoted) f->key = merge_key; /* a quoted << is an ordinary key */
    return CF_OK;
  }
  const char *key = f->key;
  f->key = NULL;
  const cf_tree_node *same = cf_tree_get(f->node, key);
  if (same)
    return cf_tree_fail(b->diag, CF_INPUT, f->key_where, "duplicate key '%.60s' (first in line %u)",
                        key == merge_key ? key + 1 : key, same->key_where.line);
  if (!cf_tree_put(b->tree, f->node, key, f->key_where, node)) return out_of_memory(b, f->key_where);
  return CF_OK;
}

static cf_status merge_one(builder *b, cf_tree_node *into, const cf_tree_node *from) {
  if (from->kind != CF_TREE_MAP)
    return cf_tree_fail(b->diag, CF_INPUT, from->where, "'<<' needs a map or a list of maps");
  for (const cf_tree_node *child = from->first; child; child = child->next) {
    if (cf_tree_get(into, child->key)) continue;
    cf_tree_node *copy = cf_tree_copy(b->tree, child, b->depth + 1, &b->expanded); /* an alias may need the original */
    if (!copy || !cf_tree_put(b->tree, into, child->key, child->key_where, copy)) return out_of_memory(b, from->where);
  }
  return CF_OK;
}

/* Resolves `<<` of a finished map: a fresh child list without it, then what it brings. */
static cf_status resolve_merge(builder *b, cf_tree_node *map) {
  cf_tree_node *merge = cf_tree_get(map, merge_key);
  if (!merge) return CF_OK;
  cf_tree_node *child = map->first;
  map->first = map->last = NULL;
  map->slot = NULL;
  map->slots = map->children = 0;
  for (cf_tree_node *next; child; child = next) {
    next = child->next;
    if (child == merge) continue;
    if (!cf_tree_put(b->tree, map, child->key, child->key_where, child)) return out_of_memory(b, map->where);
  }
  if (merge->kind != CF_TREE_LIST) return merge_one(b, map, merge);
  for (const cf_tree_node *from = merge->first; from; from = from->next) {
    cf_status status = merge_one(b, map, from);
    if (status) return status;
  }
  return CF_OK;
}

static cf_status on_alias(builder *b, const yaml_event_t *event) {
  cf_source where = at(b, event->start_mark);
  const char *name = (const char *)event->data.alias.anchor;
  const cf_tree_node *target = NULL;
  for (size_t i = b->anchors; i-- && !target;)
    if (strcmp(b->anchor[i].name, name) == 0) target = b->anchor[i].node;
  if (!target) return cf_tree_fail(b->diag, CF_INPUT, where, "alias '*%.60s' has no anchor", name);
  if (target->open) return cf_tree_fail(b->diag, CF_INPUT, where, "alias '*%.60s' contains itself", name);
  uint32_t before = b->tree->nodes;
  cf_tree_node *copy = cf_tree_copy(b->tree, target, b->depth + 1, &b->expanded);
  /* The first 1000 bytes are free: a small file may well repeat a short map a few times. */
  if (b->expanded > CF_TREE_EXPANSION * b->text->length + 1000)
    return cf_tree_fail(b->diag, CF_INPUT, where, "aliases stand for more than %d times the file", CF_TREE_EXPANSION);
  if (!copy && b->tree->nodes < CF_TREE_NODES && b->tree->nodes - before < CF_TREE_NODES)
    return cf_tree_fail(b->diag, CF_INPUT, where, "nested deeper than %d, or no memory", CF_TREE_DEPTH);
  if (!copy) return out_of_memory(b, where);
  return hang(b, copy);
}

static cf_status on_scalar(builder *b, const yaml_event_t *event) {
  cf_source where = at(b, event->start_mark);
  const char *value = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  cf_status status = check_tag(b, event->data.scalar.tag, where);
  if (status) return status;
  if (memchr(value, '\0', length)) return cf_tree_fail(b->diag, CF_INPUT, where, "NUL inside a text");
  char *copy = cf_arena_copy(b->tree->arena, value, length);
  cf_tree_node *node = copy ? cf_tree_scalar(b->tree, copy, b->text->origin, where) : NULL;
  if (!node) return out_of_memory(b, where);
  node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || means_text((char *)event->data.scalar.tag);
  status = name_anchor(b, event->data.scalar.anchor, node);
  return status ? status : hang(b, node);
}

static cf_status on_start(builder *b, const yaml_event_t *event) {
  cf_source where = at(b, event->start_mark);
  bool map = event->type == YAML_MAPPING_START_EVENT;
  const yaml_char_t *tag = map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
  const yaml_char_t *name = map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
  cf_status status = check_tag(b, tag, where);
  if (status) return status;
  if (b->depth == CF_TREE_DEPTH) return cf_tree_fail(b->diag, CF_INPUT, where, "nested deeper than %d", CF_TREE_DEPTH);
  cf_tree_node *node =
      map ? cf_tree_map(b->tree, b->text->origin, where) : cf_tree_list(b->tree, b->text->origin, where);
  if (!node) return out_of_memory(b, where);
  status = name_anchor(b, name, node);
  if (!status) status = hang(b, node);
  if (status) return status;
  node->open = true;
  b->stack[b->depth++] = (frame){.node = node};
  return CF_OK;
}

static cf_status on_event(builder *b, const yaml_event_t *event, unsigned *documents) {
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
      if (++*documents > 1)
        return cf_tree_fail(b->diag, CF_INPUT, at(b, event->start_mark), "a second document: a file holds one");
      return CF_OK;
    case YAML_ALIAS_EVENT:
      return on_alias(b, event);
    case YAML_SCALAR_EVENT:
      return on_scalar(b, event);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
      return on_start(b, event);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT: {
      cf_tree_node *node = b->stack[--b->depth].node;
      node->open = false;
      return node->kind == CF_TREE_MAP ? resolve_merge(b, node) : CF_OK;
    }
    default:
      return CF_OK;
  }
}

static cf_status syntax_error(builder *b) {
  const yaml_parser_t *p = &b->parser;
  if (p->error == YAML_MEMORY_ERROR) return cf_fail(b->diag, CF_INTERNAL, "no memory");
  const char *problem = p->problem ? p->problem : "not YAML";
  if (p->error == YAML_READER_ERROR) /* a control character: libyaml knows the place by its position in reading */
    return cf_tree_fail(b->diag, CF_INPUT, at(b, p->mark), "%s", problem);
  if (p->context) return cf_tree_fail(b->diag, CF_INPUT, at(b, p->problem_mark), "%s %s", problem, p->context);
  return cf_tree_fail(b->diag, CF_INPUT, at(b, p->problem_mark), "%s", problem);
}

static cf_status run(builder *b) {
  unsigned documents = 0;
  for (;;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&b->parser, &event)) return syntax_error(b);
    bool end = event.type == YAML_STREAM_END_EVENT;
    cf_status status = on_event(b, &event, &documents);
    yaml_event_delete(&event);
    if (status) return status;
    if (end) return CF_OK;
  }
}

cf_status cf_yaml_parse(cf_tree *tree, const cf_yaml_text *text, cf_tree_node **root, cf_diag *diag) {
  cf_yaml_text body = *text;
  if (strncmp(body.bytes, "\xEF\xBB\xBF", 3) == 0) { /* byte order mark */
    body.bytes += 3;
    body.length -= 3;
  }
  builder b = {.tree = tree, .text = &body, .diag = diag};
  *root = NULL;
  cf_status status = check_utf8(&b);
  if (!status) status = check_directives(&b);
  if (status) return status;
  if (!yaml_parser_initialize(&b.parser)) return cf_fail(diag, CF_INTERNAL, "no memory");
  yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&b.parser, (const unsigned char *)body.bytes, body.length);
  status = run(&b);
  yaml_parser_delete(&b.parser);
  free(b.anchor);
  if (status) return status;
  if (!b.root) b.root = cf_tree_scalar(tree, "", text->origin, place(&b, 0, 0));
  if (!b.root) return cf_fail(diag, CF_INTERNAL, "no memory");
  *root = b.root;
  return CF_OK;
}
