#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

/* OpenSSL says these as macros or with variable arguments, which Swift doesn't see. */

static inline long portal_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline EVP_PKEY *portal_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline STACK_OF(X509) *portal_certificates(void) { return sk_X509_new_null(); }
static inline int portal_certificates_push(STACK_OF(X509) *all, X509 *one) { return sk_X509_push(all, one); }
static inline X509 *portal_certificates_first(const STACK_OF(X509) *all) { return sk_X509_num(all) > 0 ? sk_X509_value(all, 0) : NULL; }
static inline int portal_certificates_count(const STACK_OF(X509) *all) { return all ? sk_X509_num(all) : 0; }
/* Lets the list go, not what it lists. */
static inline void portal_certificates_forget(STACK_OF(X509) *all) { sk_X509_free(all); }
static inline void portal_certificates_free(STACK_OF(X509) *all) { sk_X509_pop_free(all, X509_free); }
static inline int portal_signer_count(CMS_ContentInfo *cms) { return sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)); }
static inline CMS_SignerInfo *portal_first_signer(CMS_ContentInfo *cms) { return sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0); }
/* The time that the first signer says it signed at; NULL when it says none. */
static inline ASN1_TIME *portal_signing_time(CMS_ContentInfo *cms) {
    if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) < 1) return NULL;
    CMS_SignerInfo *signer = portal_first_signer(cms);
    int place = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
    X509_ATTRIBUTE *attribute = place < 0 ? NULL : CMS_signed_get_attr(signer, place);
    ASN1_TYPE *value = attribute ? X509_ATTRIBUTE_get0_type(attribute, 0) : NULL;
    if (!value || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)) return NULL;
    return (ASN1_TIME *)value->value.asn1_string;
}
/* The holder of a certificate, RFC 2253 in UTF-8. */
static inline void portal_print_subject(BIO *out, X509 *certificate) {
    X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
