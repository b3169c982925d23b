//! The services that the register's rows are about. Their codes are those of the project's list of
//! service codes, where their sources stand.

/// A service, in the order in which the rows of one day stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Consultation,
    SecondInHome,
    Email,
    YearlyControl,
    OutreachVisit,
    AbortionTalk,
    Video,
    OtherEmail,
    FamilyTalk,
    Telephone,
    AgreedTelephone,
    HomeVisit,
    BloodSample,
    Smear,
    ForeignBody,
    Bandage,
    Wound,
    Biopsy,
    Joint,
    SocialMedicine,
    TalkTherapy,
    Urine,
    LungFunction,
    Crp,
    FlatFeeType2,
    FlatFeeCopd,
    FlatFeeBoth,
    Internist,
    EyeSpecialist,
    Physiotherapy,
}

/// The first year with the codes of the agreement of 2022.
pub(crate) const AGREEMENT_OF_2022: i16 = 2022;
/// The first year of the agreement with the chronic-care flat fee.
pub(crate) const AGREEMENT_OF_2018: i16 = 2018;

/// The year that [`Service::kroner`] is about.
const FEE_YEAR: i16 = 2018;
/// Fees rise by this per mille of those of 2018 a year: invented.
const FEE_GROWTH: i32 = 14;

impl Service {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 30] = [
        Self::Consultation,
        Self::SecondInHome,
        Self::Email,
        Self::YearlyControl,
        Self::OutreachVisit,
        Self::AbortionTalk,
        Self::Video,
        Self::OtherEmail,
        Self::FamilyTalk,
        Self::Telephone,
        Self::AgreedTelephone,
        Self::HomeVisit,
        Self::BloodSample,
        Self::Smear,
        Self::ForeignBody,
        Self::Bandage,
        Self::Wound,
        Self::Biopsy,
        Self::Joint,
        Self::SocialMedicine,
        Self::TalkTherapy,
        Self::Urine,
        Self::LungFunction,
        Self::Crp,
        Self::FlatFeeType2,
        Self::FlatFeeCopd,
        Self::FlatFeeBoth,
        Self::Internist,
        Self::EyeSpecialist,
        Self::Physiotherapy,
    ];

    /// Two digits of specialty and four of service.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Consultation => "800101",
            Self::SecondInHome => "800102",
            Self::Email => "800105",
            Self::YearlyControl => "800120",
            Self::OutreachVisit => "800121",
            Self::AbortionTalk => "800122",
            Self::Video => "800125",
            Self::OtherEmail => "800127",
            Self::FamilyTalk => "800128",
            Self::Telephone => "800201",
            Self::AgreedTelephone => "800204",
            Self::HomeVisit => "800411",
            Self::BloodSample => "802101",
            Self::Smear => "802102",
            Self::ForeignBody => "802105",
            Self::Bandage => "802109",
            Self::Wound => "802112",
            Self::Biopsy => "802113",
            Self::Joint => "802119",
            Self::SocialMedicine => "803201",
            Self::TalkTherapy => "806101",
            Self::Urine => "807101",
            Self::LungFunction => "807113",
            Self::Crp => "807120",
            Self::FlatFeeType2 => "809901",
            Self::FlatFeeCopd => "809902",
            Self::FlatFeeBoth => "809903",
            Self::Internist => "080110",
            Self::EyeSpecialist => "190110",
            Self::Physiotherapy => "510110",
        }
    }

    /// Whether it counts as a contact: what the agreement does not name as supplementary does. The
    /// flat fee stands for contacts and is none.
    pub(crate) fn is_contact(self) -> bool {
        !matches!(
            self,
            Self::BloodSample
                | Self::Smear
                | Self::ForeignBody
                | Self::Bandage
                | Self::Wound
                | Self::Biopsy
                | Self::Joint
                | Self::Urine
                | Self::LungFunction
                | Self::Crp
                | Self::FlatFeeType2
                | Self::FlatFeeCopd
                | Self::FlatFeeBoth
        )
    }

    /// Whether the chronic-care flat fee pays for it, whatever the patient comes for: consultations,
    /// e-mails, telephone calls and yearly controls (Lægeforeningen on the agreement of 2018). That
    /// video consultations go with consultations is assumed.
    pub(crate) fn is_in_flat_fee(self) -> bool {
        matches!(
            self,
            Self::Consultation
                | Self::Email
                | Self::OtherEmail
                | Self::Telephone
                | Self::AgreedTelephone
                | Self::Video
                | Self::YearlyControl
        )
    }

    /// The fee of the year in whole kroner, as the register has it.
    pub(crate) fn fee(self, year: i16) -> i32 {
        self.kroner() * (1000 + FEE_GROWTH * i32::from(year - FEE_YEAR)) / 1000
    }

    /// About the fee of 2018: invented. A quarter of a yearly flat fee that is somewhat above the 1,630
    /// kroner which the contacts of a patient with type 2 diabetes cost before it (Lægeforeningen).
    fn kroner(self) -> i32 {
        match self {
            Self::Consultation | Self::Video => 139,
            Self::SecondInHome => 95,
            Self::Email | Self::OtherEmail => 44,
            Self::YearlyControl => 405,
            Self::OutreachVisit => 480,
            Self::AbortionTalk | Self::TalkTherapy | Self::FamilyTalk => 460,
            Self::Telephone => 28,
            Self::AgreedTelephone => 90,
            Self::HomeVisit => 240,
            Self::BloodSample => 47,
            Self::Smear => 62,
            Self::ForeignBody => 118,
            Self::Bandage => 150,
            Self::Wound => 215,
            Self::Biopsy => 130,
            Self::Joint => 175,
            Self::SocialMedicine => 300,
            Self::Urine => 14,
            Self::LungFunction => 112,
            Self::Crp => 52,
            Self::FlatFeeType2 => 430,
            Self::FlatFeeCopd => 400,
            Self::FlatFeeBoth => 590,
            Self::Internist => 620,
            Self::EyeSpecialist => 310,
            Self::Physiotherapy => 165,
        }
    }
}
