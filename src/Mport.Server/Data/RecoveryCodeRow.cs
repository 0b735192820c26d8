using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>A code that stands in once for the second factor, without the code: only its SHA-256 is kept. The row goes when the code is used.</summary>
internal sealed class RecoveryCodeRow
{
    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>SHA-256 of the code, 32 bytes.</summary>
    public required byte[] Hash { get; init; }
}
