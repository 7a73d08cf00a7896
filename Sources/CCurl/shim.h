#pragma once
#include <curl/curl.h>
#include <stdio.h>

// Swift can't call functions of variable arguments: one wrapper for each kind of value.
#undef curl_easy_setopt
#undef curl_easy_getinfo
static inline CURLcode portal_curl_number(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode portal_curl_text(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode portal_curl_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode portal_curl_file(CURL *curl, CURLoption option, FILE *value) {
    return curl_easy_setopt(curl, option, value);
}
static inline CURLcode portal_curl_response_code(CURL *curl, long *code) {
    return curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, code);
}
