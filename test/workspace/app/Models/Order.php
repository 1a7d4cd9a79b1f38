<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;
use Illuminate\Database\Eloquent\Relations\HasMany;

class Order extends Model
{
    protected $guarded = [];

    protected $casts = [
        'paid_at' => 'datetime',
        'delivered_at' => 'datetime',
    ];

    public function customer(): BelongsTo
    {
        return $this->belongsTo(Customer::class);
    }

    public function lines(): HasMany
    {
        return $this->hasMany(OrderLine::class);
    }

    /** In cents. */
    public function total(): int
    {
        return $this->lines->sum(fn ($line) => $line->price * $line->quantity);
    }

    public function isPaid(): bool
    {
        return $this->paid_at !== null;
    }

    public function scopeOpen(Builder $query): Builder
    {
        return $query->where('customer_id', $this->customer->id);
    }
}
