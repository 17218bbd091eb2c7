/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-box.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-rights.h"
#include "csm-search-context.h"
#include "csm-search-query.h"
#include "csm-search-suggest.h"

struct _CsmSearchBox
{
  GtkBox        parent_instance;
  CsmWorkbench *workbench;
  GtkSearchBar *bar;      /* its parent */
  GtkWidget    *entry;
  GtkWidget    *save;
  GtkWidget    *completion;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmSearchBox, csm_search_box, GTK_TYPE_BOX)

/* --- what is typed, in colours -------------------------------------------------------------------------------- */

static gboolean
is_any (GPtrArray  *records,
        const char *value)
{
  for (guint i = 0; records != NULL && i < records->len; i++)
    if (csm_search_name_matches (csm_json_get_string (records->pdata[i], "name"), value) > 0)
      return TRUE;
  return records == NULL;
}

/* Whether there is anything that the filter may find. */
static gboolean
is_understood (const CsmSearchPart *part,
               CsmDirectory        *directory)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint n;
  gint64 from, to;
  CsmSearchValueKind kind = csm_search_query_operators (&n)[part->operator].value;

  if (part->text[0] == '\0' || csm_search_part_find_keyword (part) >= 0)
    return TRUE;
  switch (kind)
    {
    case CSM_SEARCH_VALUE_KEYWORD:
      return FALSE;
    case CSM_SEARCH_VALUE_DATE:
      return csm_search_date_parse (part->text, now, &from, &to);
    case CSM_SEARCH_VALUE_PERSON:
      return directory == NULL || is_any (directory->people, part->text);
    case CSM_SEARCH_VALUE_TEAM:
      return directory == NULL || is_any (directory->teams, part->text);
    case CSM_SEARCH_VALUE_TAG:
      return directory == NULL || is_any (directory->tags, part->text);
    case CSM_SEARCH_VALUE_CHANNEL:
      return directory == NULL || is_any (directory->channels, part->text) || g_ascii_strncasecmp ("email", part->text, 5) == 0;
    case CSM_SEARCH_VALUE_TEXT:
    default:
      return TRUE;
    }
}

static void
add_attr (PangoAttrList       *attrs,
          PangoAttribute      *attr,
          const CsmSearchPart *part)
{
  attr->start_index = (guint) part->start;
  attr->end_index = (guint) part->end;
  pango_attr_list_insert (attrs, attr);
}

/* A filter stands on a ground of its own; one that can't find anything is underlined as a word is that is spelled wrong. */
static void
show_spans (CsmSearchBox *self)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->entry));
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autoptr (PangoAttrList) attrs = pango_attr_list_new ();
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (part->kind != CSM_SEARCH_PART_FILTER)
        continue;
      add_attr (attrs, pango_attr_background_new (0x9191, 0x4141, 0xacac), part);
      add_attr (attrs, pango_attr_background_alpha_new (0x4000), part);
      add_attr (attrs, pango_attr_weight_new (PANGO_WEIGHT_MEDIUM), part);
      if (!is_understood (part, directory))
        add_attr (attrs, pango_attr_underline_new (PANGO_UNDERLINE_ERROR), part);
    }
  if (GTK_IS_TEXT (text))
    gtk_text_set_attributes (GTK_TEXT (text), attrs);
}

/* --- what is looked for --------------------------------------------------------------------------------------- */

static void
tell (CsmSearchBox *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  const CsmCaseView *view;
  const char *search = NULL;

  if (self->workbench == NULL)
    return;
  view = csm_workbench_get_view (self->workbench);
  if (typed[0] != '\0' && gtk_search_bar_get_search_mode (self->bar))
    search = typed;
  else if (view->kind == CSM_VIEW_SEARCH)
    search = view->key;
  csm_search_context_set_typed (csm_search_context_of (self->workbench), search);
  gtk_widget_set_sensitive (self->save, search != NULL && search == typed);
  gtk_widget_set_visible (self->save, !csm_rights_is_guest (self->workbench));
}

static void
changed_cb (CsmSearchBox *self)
{
  show_spans (self);
  csm_completion_update (CSM_COMPLETION (self->completion), GTK_EDITABLE (self->entry));
}

static void
mode_cb (CsmSearchBox *self)
{
  if (!gtk_search_bar_get_search_mode (self->bar))
    csm_completion_put_away (CSM_COMPLETION (self->completion));
  tell (self);
}

/* Who opens a case from the hits has found something. */
static void
case_cb (CsmSearchBox *self)
{
  if (csm_workbench_get_case_id (self->workbench) != NULL && gtk_search_bar_get_search_mode (self->bar))
    csm_search_context_remember (csm_search_context_of (self->workbench));
}

/* --- GObject -------------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmSearchBox *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  g_set_object (&self->workbench, workbench);
  if (self->completion != NULL)
    csm_completion_set_workbench (CSM_COMPLETION (self->completion), workbench);
  if (workbench == NULL)
    return;
  g_signal_connect_object (workbench, "notify::view", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (case_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show_spans), self, G_CONNECT_SWAPPED);
  tell (self);
}

static void
csm_search_box_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_SEARCH_BOX (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_search_box_dispose (GObject *object)
{
  CsmSearchBox *self = CSM_SEARCH_BOX (object);

  set_workbench (self, NULL);
  g_clear_pointer (&self->completion, gtk_widget_unparent);
  G_OBJECT_CLASS (csm_search_box_parent_class)->dispose (object);
}

static void
csm_search_box_class_init (CsmSearchBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_search_box_dispose;
  object_class->set_property = csm_search_box_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_search_box_init (CsmSearchBox *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

/* What slides in isn't there before its first frame, and what is typed till then would be lost, or act on the case. */
static void
open_at_once (CsmSearchBox *self)
{
  GtkWidget *revealer = gtk_widget_get_first_child (GTK_WIDGET (self->bar));

  if (GTK_IS_REVEALER (revealer))
    gtk_revealer_set_transition_duration (GTK_REVEALER (revealer), 0);
}

/**
 * csm_search_box_new:
 * @bar: a search bar
 * @entry: its entry, which is put into the box
 *
 * Returns: (transfer none): what is the bar's child now
 */
GtkWidget *
csm_search_box_new (GtkSearchBar *bar,
                    GtkWidget    *entry)
{
  CsmSearchBox *self = g_object_new (CSM_TYPE_SEARCH_BOX, NULL);

  self->bar = bar;
  self->entry = g_object_ref (entry);
  gtk_search_bar_set_child (bar, NULL);
  gtk_box_append (GTK_BOX (self), entry);
  g_object_unref (entry);
  self->save = gtk_button_new_from_icon_name ("bookmark-new-symbolic");
  gtk_widget_set_tooltip_text (self->save, _("Save Search… (Ctrl+D)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->save), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Save search"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->save), "win.save-search");
  gtk_box_append (GTK_BOX (self), self->save);
  self->completion = csm_completion_new (csm_search_completion_kind (), GTK_WIDGET (self));
  csm_completion_add_entry (CSM_COMPLETION (self->completion), GTK_EDITABLE (entry));
  gtk_search_bar_set_child (bar, GTK_WIDGET (self));
  open_at_once (self);
  g_signal_connect_object (entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "search-changed", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bar, "notify::search-mode-enabled", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
