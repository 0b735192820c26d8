using Mport.Protocol.Carriers;

namespace Mport.Protocol.Resume;

/// <summary>The limits of what one carrier keeps in order to survive the loss of its connection.</summary>
public sealed record ResumeOptions
{
    /// <summary>The least that <see cref="Window"/> may be: one frame.</summary>
    public const long MinWindow = 64 * 1024;

    /// <summary>The most that <see cref="Window"/> may be.</summary>
    public const long MaxWindow = 1024 * 1024 * 1024;

    /// <summary>
    /// Memory, in bytes, that may hold what was sent and is not acknowledged: <see cref="MinWindow"/> to <see cref="MaxWindow"/>. When it is full, the carrier stops sending until the
    /// peer acknowledges. An idle carrier keeps nothing; a busy one as much as is on its way. Default 16 MiB, the largest receive window of a
    /// stream: 1 Gbit/s over a round trip of 130 ms.
    /// </summary>
    public long Window { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a broken carrier is kept for a re-dial. After it the carrier ends, and its streams are reset. Default 60 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// What all carriers together may keep beyond 64 KiB each; budgets nest, a session's inside the process's. A carrier that gets no more sends
    /// 64 KiB, or one batch of frames, a round trip. Default 64 MiB for the carriers that share these options.
    /// </summary>
    public MemoryBudget Budget { get; init; } = new(64 * 1024 * 1024);
}
