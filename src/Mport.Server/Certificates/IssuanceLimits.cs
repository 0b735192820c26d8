using Mport.Server.Accounts;

namespace Mport.Server.Certificates;

/// <summary>How many certificates are ordered within an hour, by each account and by all together (SEC-103). Authorities count, too, and bar whoever exceeds. Not thread-safe.</summary>
internal sealed class IssuanceLimits(TimeProvider time)
{
    /// <summary>Orders of one account in an hour.</summary>
    public const int MostOfAccount = 20;

    /// <summary>Orders of all accounts in an hour; Let's Encrypt takes 300 in three.</summary>
    public const int Most = 90;

    private static readonly TimeSpan Span = TimeSpan.FromHours(1);

    private readonly Queue<(DateTimeOffset At, UserId? Account)> _orders = [];

    /// <summary>Counts an order; or gives when there is room for it.</summary>
    public DateTimeOffset? TryOrder(UserId? account)
    {
        var now = time.GetUtcNow();
        while (_orders.TryPeek(out var oldest) && (now - oldest.At >= Span || oldest.At > now))
        {
            _orders.Dequeue();
        }

        var own = account is null ? [] : _orders.Where(order => order.Account == account).ToList();
        if (own.Count >= MostOfAccount || _orders.Count >= Most)
        {
            return (own.Count >= MostOfAccount ? own[0].At : _orders.Peek().At) + Span;
        }

        _orders.Enqueue((now, account));
        return null;
    }
}
