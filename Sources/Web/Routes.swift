import Hummingbird
package import Server

extension Web {
    /// Every address of a page, who may call it, and what answers. English pages are the same under `/en`.
    package var routes: [Route] {
        [
            get("/", visitor, showHome),
            get("/thu-tuc", visitor, search).limited(by: limiters.search),
            get("/thu-tuc/:code", visitor, showProcedure),
            get("/don-vi/:province/xa", .everyone, listWards),
            get("/tra-cuu", visitor, showTracking),
            post("/tra-cuu", visitor, track).limited(by: limiters.track),
            get("/tro-giup", visitor, showHelp),
            get("/quyen-rieng-tu", visitor, showPrivacy),
            get("/tiep-can", visitor, showAccessibility),

            get("/dang-nhap", visitor, showSignIn),
            post("/dang-nhap", visitor, signIn).limited(by: limiters.signIn),
            post("/dang-xuat", account, signOut),
            get("/dang-ky", visitor, showRegisterChoice),
            get("/dang-ky/cong-dan", visitor, showCitizenRegistration),
            post("/dang-ky/cong-dan", visitor, registerCitizen).limited(by: limiters.signIn),
            get("/dang-ky/doanh-nghiep", visitor, showBusinessRegistration),
            post("/dang-ky/doanh-nghiep", visitor, registerBusiness).limited(by: limiters.signIn),
            get("/tai-khoan", account, showAccount),
            post("/tai-khoan/phien", account, endSession),
            post("/tai-khoan/phien-khac", account, endOtherSessions),
            post("/tai-khoan/mat-khau", account, changePassword).limited(by: limiters.signIn),

            get("/thu-tuc/:code/nop", applicant, showStart),
            post("/thu-tuc/:code/nop", applicant, start),
            get("/ho-so-nhap/:id", applicant, showTasks),
            post("/ho-so-nhap/:id/xoa", applicant, discardDraft),
            get("/ho-so-nhap/:id/kiem-tra", applicant, showCheck),
            post("/ho-so-nhap/:id/nop", applicant, submit),
            get("/ho-so-nhap/:id/nop", applicant, showCheck),
            get("/ho-so-nhap/:id/:section", applicant, showSection),
            post("/ho-so-nhap/:id/:section", lapsedApplicant, body: .upload, saveSection),

            get("/ho-so", applicant, listDossiers),
            get("/ho-so/:code", applicant, showDossier),
            get("/ho-so/:code/da-nop", applicant, showConfirmation),
            get("/ho-so/:code/theo-doi", applicant, watchDossier),
            get("/ho-so/:code/tep/:id", applicant, downloadFile),

            get("/can-bo/ho-so", officer, listAgencyDossiers),
            get("/can-bo/ho-so/:code", officer, showAgencyDossier),
            get("/can-bo/ho-so/:code/tep/:id", officer, downloadAgencyFile),

            get("/bien-tap/thu-tuc", publisher, listDesk),
            get("/bien-tap/thu-tuc-moi", publisher, showNewProcedure),
            post("/bien-tap/thu-tuc-moi", publisher, beginProcedure),
            get("/bien-tap/thu-tuc/:code", publisher, showDeskProcedure),
            post("/bien-tap/thu-tuc/:code/ban-moi", publisher, beginRevision),
            post("/bien-tap/thu-tuc/:code/ngung", publisher, retireProcedure),
            get("/bien-tap/thu-tuc/:code/khac-biet", publisher, showDifference),
            get("/bien-tap/ban/:id", publisher, showRevision),
            get("/bien-tap/ban/:id/phan/:part", publisher, showPart),
            post("/bien-tap/ban/:id/phan/:part", publisher, savePart),
            post("/bien-tap/ban/:id/giai-thich", publisher, explainFinding),
            post("/bien-tap/ban/:id/gui", publisher, submitRevision),
            post("/bien-tap/ban/:id/tra-lai", publisher, handBackRevision),
            post("/bien-tap/ban/:id/cong-bo", publisher, publishRevision),
            post("/bien-tap/ban/:id/bo", publisher, discardRevision),
            get("/bien-tap/ban/:id/noi-dung.json", publisher, exportRevision),
            post("/bien-tap/ban/:id/noi-dung", publisher, body: .bytes(3_000_000), importRevision),
            get("/bien-tap/ban/:id/bieu-mau", publisher, showForm),
            post("/bien-tap/ban/:id/bieu-mau", publisher, editForm),
            get("/bien-tap/ban/:id/bieu-mau/:path", publisher, showPiece),
            post("/bien-tap/ban/:id/bieu-mau/:path", publisher, savePiece),
            get("/bien-tap/ban/:id/xem-truoc", publisher, previewForm),
            get("/bien-tap/ban/:id/xem-truoc/:section", publisher, previewForm),
        ]
    }
}
