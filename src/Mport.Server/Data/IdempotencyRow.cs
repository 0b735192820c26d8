namespace Mport.Server.Data;

/// <summary>A request that was sent with an idempotency key, and its answer once there is one. Neither key nor answer is kept in the clear.</summary>
internal sealed class IdempotencyRow
{
    /// <summary>The key: SHA-256 of the caller's credentials' id and the idempotency key, 32 bytes.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>SHA-256 of method, path and body, 32 bytes.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>When the request came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The answer, sealed with a key that only the caller can make; null while the request is under way.</summary>
    public byte[]? Answer { get; set; }
}
