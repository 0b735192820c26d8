namespace Mport.Server.Accounts.Passkeys;

/// <summary>How adding a passkey ended.</summary>
internal enum PasskeyAdding
{
    /// <summary>The account has it.</summary>
    Added,

    /// <summary>An account has one of the same name of its device.</summary>
    Taken,

    /// <summary>The account has as many as it may have.</summary>
    TooMany,

    /// <summary>The account was changed, disabled or deleted meanwhile.</summary>
    Outdated,
}

/// <summary>How using a passkey ended.</summary>
internal enum PasskeyUse
{
    /// <summary>It was used, which is noted.</summary>
    Used,

    /// <summary>This question, or a later one, was answered before.</summary>
    Late,

    /// <summary>Its counter is not above the one of its last use.</summary>
    Copied,

    /// <summary>It was removed meanwhile.</summary>
    Gone,
}
