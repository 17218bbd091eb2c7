/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-original-view.h"

#include <webkit/webkit.h>

#define MESSAGE_SCHEME "original"
#define MESSAGE_URI MESSAGE_SCHEME ":message"
/* Whatever the document says itself: it may be as it was sent. */
#define POLICY "default-src 'none'; img-src cid: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; sandbox"
/* Nobody listens there; should anything get past the rest, it ends here. */
#define NO_PROXY_ANSWERS "http://127.0.0.1:9"
#define ZOOM_STEP 1.2
#define LEAST_ZOOM 0.3
#define MOST_ZOOM 5.0
#define MAX_IMAGE_BYTES (25 * 1024 * 1024)

struct _CsmOriginalView
{
  AdwBin      parent_instance;
  GBytes     *html;
  GHashTable *files; /* Content-ID → path */
  GtkWidget  *view;
};

enum { LOADED, LINK, HOVER, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmOriginalView, csm_original_view, ADW_TYPE_BIN)

/* --- what it may load -------------------------------------------------------------------------------------- */

static void
refuse (WebKitURISchemeRequest *request,
        const char             *why)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, why);

  webkit_uri_scheme_request_finish_error (request, error);
}

static void
message_cb (WebKitURISchemeRequest *request,
            gpointer                data)
{
  CsmOriginalView *self = data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (WebKitURISchemeResponse) response = NULL;
  SoupMessageHeaders *headers;

  if (g_strcmp0 (webkit_uri_scheme_request_get_uri (request), MESSAGE_URI) != 0)
    {
      refuse (request, "There is one document");
      return;
    }
  stream = g_memory_input_stream_new_from_bytes (self->html);
  response = webkit_uri_scheme_response_new (stream, (gint64) g_bytes_get_size (self->html));
  headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  soup_message_headers_append (headers, "Content-Security-Policy", POLICY);
  soup_message_headers_append (headers, "Referrer-Policy", "no-referrer");
  webkit_uri_scheme_response_set_content_type (response, "text/html; charset=utf-8");
  webkit_uri_scheme_response_set_http_headers (response, headers);
  webkit_uri_scheme_request_finish_with_response (request, response);
}

/* Pictures of pixels only: SVG is a document. */
static gboolean
is_picture (const char *type)
{
  static const char *const pictures[] = { "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", NULL };

  return type != NULL && g_strv_contains (pictures, type);
}

static void
cid_cb (WebKitURISchemeRequest *request,
        gpointer                data)
{
  CsmOriginalView *self = data;
  g_autofree char *cid = g_uri_unescape_string (webkit_uri_scheme_request_get_path (request), NULL);
  const char *path = cid != NULL ? g_hash_table_lookup (self->files, cid) : NULL;
  g_autofree char *content = NULL;
  g_autofree char *guessed = NULL;
  g_autofree char *type = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gsize length = 0;

  if (path == NULL || !g_file_get_contents (path, &content, &length, NULL) || length > MAX_IMAGE_BYTES)
    {
      refuse (request, "The message has no such file");
      return;
    }
  guessed = g_content_type_guess (NULL, (const guchar *) content, MIN (length, 4096), NULL);
  type = guessed != NULL ? g_content_type_get_mime_type (guessed) : NULL;
  if (!is_picture (type))
    {
      refuse (request, "This is no picture");
      return;
    }
  stream = g_memory_input_stream_new_from_data (g_steal_pointer (&content), (gssize) length, g_free);
  webkit_uri_scheme_request_finish (request, stream, (gint64) length, type);
}

/* --- where it may go: nowhere ------------------------------------------------------------------------------ */

static gboolean
decide_policy_cb (CsmOriginalView          *self,
                  WebKitPolicyDecision     *decision,
                  WebKitPolicyDecisionType  type)
{
  WebKitNavigationAction *action;
  const char *uri;

  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    {
      WebKitURIRequest *request = webkit_response_policy_decision_get_request (WEBKIT_RESPONSE_POLICY_DECISION (decision));

      uri = webkit_uri_request_get_uri (request);
      if (g_strcmp0 (uri, MESSAGE_URI) == 0 || g_str_has_prefix (uri, "cid:"))
        webkit_policy_decision_use (decision);
      else
        webkit_policy_decision_ignore (decision);
      return TRUE;
    }
  action = webkit_navigation_policy_decision_get_navigation_action (WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && g_strcmp0 (uri, MESSAGE_URI) == 0)
    {
      webkit_policy_decision_use (decision);
      return TRUE;
    }
  webkit_policy_decision_ignore (decision);
  if (webkit_navigation_action_is_user_gesture (action) && webkit_navigation_action_get_navigation_type (action) == WEBKIT_NAVIGATION_TYPE_LINK_CLICKED)
    g_signal_emit (self, signals[LINK], 0, uri);
  return TRUE;
}

static gboolean
no_menu_cb (void)
{
  return TRUE;
}

static gboolean
permission_cb (CsmOriginalView         *self,
               WebKitPermissionRequest *request)
{
  webkit_permission_request_deny (request);
  return TRUE;
}

static void
load_changed_cb (CsmOriginalView *self,
                 WebKitLoadEvent  event)
{
  if (event == WEBKIT_LOAD_FINISHED)
    g_signal_emit (self, signals[LOADED], 0);
}

static void
hover_cb (CsmOriginalView     *self,
          WebKitHitTestResult *hit)
{
  g_signal_emit (self, signals[HOVER], 0, webkit_hit_test_result_context_is_link (hit) ? webkit_hit_test_result_get_link_uri (hit) : NULL);
}

/* --- building it ------------------------------------------------------------------------------------------- */

static WebKitSettings *
create_settings (void)
{
  WebKitSettings *settings = webkit_settings_new ();

  webkit_settings_set_enable_javascript (settings, FALSE);
  webkit_settings_set_enable_javascript_markup (settings, FALSE);
  webkit_settings_set_enable_html5_database (settings, FALSE);
  webkit_settings_set_enable_html5_local_storage (settings, FALSE);
  webkit_settings_set_enable_media (settings, FALSE);
  webkit_settings_set_enable_webaudio (settings, FALSE);
  webkit_settings_set_enable_webgl (settings, FALSE);
  webkit_settings_set_enable_page_cache (settings, FALSE);
  webkit_settings_set_enable_developer_extras (settings, FALSE);
  webkit_settings_set_hardware_acceleration_policy (settings, WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);
  return settings;
}

static WebKitNetworkSession *
create_session (void)
{
  WebKitNetworkSession *session = webkit_network_session_new_ephemeral ();
  WebKitNetworkProxySettings *nowhere = webkit_network_proxy_settings_new (NO_PROXY_ANSWERS, NULL);

  webkit_network_session_set_proxy_settings (session, WEBKIT_NETWORK_PROXY_MODE_CUSTOM, nowhere);
  webkit_network_session_set_tls_errors_policy (session, WEBKIT_TLS_ERRORS_POLICY_FAIL);
  webkit_network_proxy_settings_free (nowhere);
  return session;
}

static void
csm_original_view_finalize (GObject *object)
{
  CsmOriginalView *self = CSM_ORIGINAL_VIEW (object);

  g_clear_pointer (&self->html, g_bytes_unref);
  g_clear_pointer (&self->files, g_hash_table_unref);
  G_OBJECT_CLASS (csm_original_view_parent_class)->finalize (object);
}

static void
csm_original_view_class_init (CsmOriginalViewClass *klass)
{
  GType type = CSM_TYPE_ORIGINAL_VIEW;

  G_OBJECT_CLASS (klass)->finalize = csm_original_view_finalize;
  signals[LOADED] = g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LINK] = g_signal_new ("link", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[HOVER] = g_signal_new ("hover", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_original_view_init (CsmOriginalView *self)
{
  g_autoptr (WebKitWebContext) context = webkit_web_context_new ();
  g_autoptr (WebKitNetworkSession) session = create_session ();
  g_autoptr (WebKitSettings) settings = create_settings ();

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  webkit_web_context_set_cache_model (context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
  webkit_web_context_register_uri_scheme (context, MESSAGE_SCHEME, message_cb, self, NULL);
  webkit_web_context_register_uri_scheme (context, "cid", cid_cb, self, NULL);
  self->view = g_object_new (WEBKIT_TYPE_WEB_VIEW, "web-context", context, "network-session", session, "settings", settings, NULL);
  g_signal_connect_object (self->view, "decide-policy", G_CALLBACK (decide_policy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "context-menu", G_CALLBACK (no_menu_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "permission-request", G_CALLBACK (permission_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "load-changed", G_CALLBACK (load_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "mouse-target-changed", G_CALLBACK (hover_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), self->view);
}

/**
 * csm_original_view_new:
 * @html: a document in UTF-8
 *
 * Returns: (transfer floating): a view that shows nothing yet
 */
GtkWidget *
csm_original_view_new (GBytes *html)
{
  CsmOriginalView *self = g_object_new (CSM_TYPE_ORIGINAL_VIEW, NULL);

  self->html = g_bytes_ref (html);
  return GTK_WIDGET (self);
}

/* The document may refer to the file at @path as @cid. */
void
csm_original_view_add_file (CsmOriginalView *self,
                            const char      *cid,
                            const char      *path)
{
  g_hash_table_replace (self->files, g_strdup (cid), g_strdup (path));
}

/**
 * csm_original_view_zoom:
 * @self: a view
 * @steps: how often larger, or smaller; 0: as it is meant to be
 *
 * Returns: how large it is now; 1: as it is meant to be
 */
double
csm_original_view_zoom (CsmOriginalView *self,
                        int              steps)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (self->view);
  double level = webkit_web_view_get_zoom_level (view);

  for (int i = 0; i < ABS (steps); i++)
    level = steps > 0 ? level * ZOOM_STEP : level / ZOOM_STEP;
  /* What was made smaller and larger again is as it was. */
  if (steps == 0 || ABS (level - 1) < 0.02)
    level = 1;
  webkit_web_view_set_zoom_level (view, CLAMP (level, LEAST_ZOOM, MOST_ZOOM));
  return webkit_web_view_get_zoom_level (view);
}

void
csm_original_view_load (CsmOriginalView *self)
{
  webkit_web_view_load_uri (WEBKIT_WEB_VIEW (self->view), MESSAGE_URI);
}

void
csm_original_view_snapshot_async (CsmOriginalView     *self,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  webkit_web_view_get_snapshot (WEBKIT_WEB_VIEW (self->view), WEBKIT_SNAPSHOT_REGION_VISIBLE, WEBKIT_SNAPSHOT_OPTIONS_NONE, NULL, callback, user_data);
}

/* @result: what the callback got. Returns: (transfer full) (nullable): what is seen */
GdkTexture *
csm_original_view_snapshot_finish (CsmOriginalView  *self,
                                   GAsyncResult     *result,
                                   GError          **error)
{
  return webkit_web_view_get_snapshot_finish (WEBKIT_WEB_VIEW (self->view), result, error);
}
