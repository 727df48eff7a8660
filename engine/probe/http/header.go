package http

// knownHeaders are the headers that have a member of their own in "headers", so
// that they can be searched by name; all others stand in "unknown_headers". They
// are the registered ones that servers send (RFC 9110, and IANA's registry of
// field names) and those that tell a product.
func knownHeaders() []string {
	return []string{
		"accept_ch", "accept_patch", "accept_post", "accept_ranges", "access_control_allow_credentials",
		"access_control_allow_headers", "access_control_allow_methods", "access_control_allow_origin",
		"access_control_expose_headers", "access_control_max_age", "age", "allow", "alt_svc", "cache_control",
		"cf_cache_status", "cf_ray", "clear_site_data", "connection", "content_disposition", "content_encoding",
		"content_language", "content_length", "content_location", "content_range", "content_security_policy",
		"content_security_policy_report_only", "content_type", "cross_origin_embedder_policy",
		"cross_origin_opener_policy", "cross_origin_resource_policy", "date", "docker_distribution_api_version",
		"etag", "expect_ct", "expires", "feature_policy", "keep_alive", "kbn_name", "kbn_version", "last_modified",
		"link", "liferay_portal", "location", "microsoftsharepointteamservices", "mime_version", "nel", "origin_agent_cluster",
		"p3p", "permissions_policy", "pragma", "proxy_authenticate", "public_key_pins", "referrer_policy", "refresh",
		"report_to", "reporting_endpoints", "retry_after", "server", "server_timing", "set_cookie",
		"strict_transport_security", "timing_allow_origin", "trailer", "transfer_encoding", "upgrade", "vary", "via",
		"warning", "www_authenticate", "x_amz_cf_id", "x_amz_request_id", "x_aspnet_version", "x_aspnetmvc_version",
		"x_cache", "x_content_type_options", "x_dns_prefetch_control", "x_download_options", "x_drupal_cache",
		"x_frame_options", "x_generator", "x_jenkins", "x_ms_request_id", "x_permitted_cross_domain_policies",
		"x_pingback", "x_powered_by", "x_powered_cms", "x_redirect_by", "x_request_id", "x_robots_tag", "x_runtime",
		"x_served_by", "x_ua_compatible", "x_varnish", "x_xss_protection",
	}
}
