namespace Mport.Server.Certificates;

/// <summary>How it stands with the certificate of a name.</summary>
internal sealed record CertificateState
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>From when the certificate is good; null while there is none.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when it is good.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>From when it is to be replaced.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>Attempts since the last that succeeded.</summary>
    public int Attempts { get; init; }

    /// <summary>Not before this is there another attempt.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Of how many days before its end its account was warned last.</summary>
    public int? WarnedDays { get; init; }
}
