package import FoundationEssentials

extension Session {
    package var duties: Set<Duty> { Set(Duty.allCases) }
    package var unitID: UUID? { nil }
}
