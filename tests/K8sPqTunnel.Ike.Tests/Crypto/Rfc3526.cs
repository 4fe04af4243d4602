using System.Numerics;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

/// <summary>The primes of the MODP groups, made from the formula that RFC 3526 gives beside each hexadecimal value.</summary>
internal static class Rfc3526
{
    // p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + k); RFC 3526 2 to 7.
    private static readonly (KeyExchangeMethod Method, int Bits, int K)[] Rows =
    [
        (KeyExchangeMethod.Modp1536, 1536, 741804),
        (KeyExchangeMethod.Modp2048, 2048, 124476),
        (KeyExchangeMethod.Modp3072, 3072, 1690314),
        (KeyExchangeMethod.Modp4096, 4096, 240904),
        (KeyExchangeMethod.Modp6144, 6144, 929484),
        (KeyExchangeMethod.Modp8192, 8192, 4743158),
    ];

    public static IEnumerable<KeyExchangeMethod> Methods => Rows.Select(row => row.Method);

    public static BigInteger PrimeOf(KeyExchangeMethod method)
    {
        (_, int bits, int k) = Array.Find(Rows, row => row.Method == method);
        return (BigInteger.One << bits) - (BigInteger.One << (bits - 64)) - 1 + ((Pi(bits - 130) + k) << 64);
    }

    /// <summary>Big endian, with zeros in front.</summary>
    public static byte[] Octets(BigInteger value, int length)
    {
        byte[] significant = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - significant.Length], .. significant];
    }

    /// <summary>[2^scale pi], by pi = 16 arctan(1/5) - 4 arctan(1/239).</summary>
    private static BigInteger Pi(int scale)
    {
        const int guard = 64;
        BigInteger one = BigInteger.One << (scale + guard);
        return (16 * ArcTangentOfInverse(5, one) - 4 * ArcTangentOfInverse(239, one)) >> guard;
    }

    private static BigInteger ArcTangentOfInverse(int x, BigInteger one)
    {
        BigInteger power = one / x, sum = power;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power /= -x * x;
            sum += power / n;
        }

        return sum;
    }
}
