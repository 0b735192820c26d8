using Mport.Server.Certificates;

namespace Mport.Server.Data;

/// <summary>The certificate that an authority gave for a name, and how getting the next one goes.</summary>
internal sealed class CertificateRow
{
    /// <summary>The name, lower-case; a wildcard begins with <c>*.</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The certificate and its issuers in PEM form; null until there is one.</summary>
    public string? Chain { get; set; }

    /// <summary>The certificate's key, sealed (<see cref="CertificateSeal"/>).</summary>
    public byte[]? SealedKey { get; set; }

    /// <summary>From when the certificate is good.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Until when it is good.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>From when it is to be replaced.</summary>
    public DateTimeOffset? RenewAt { get; set; }

    /// <summary>Attempts since the last that succeeded.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before this is there another attempt.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Failure { get; set; }

    /// <summary>Until when another edge is at it.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>Of how many days before its end its account was warned last.</summary>
    public int? WarnedDays { get; set; }

    /// <summary>When the row was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The edge's account with an authority.</summary>
internal sealed class AcmeAccountRow
{
    /// <summary>The authority's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The account's key, sealed.</summary>
    public required byte[] SealedKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
